using System.Reflection;
using System.Runtime.CompilerServices;
using Deq.Generators;

namespace Deq.Tests.Generators.Harness;

/// <summary>
/// Texts held against files, in the convention of Verify.SourceGenerators: what was accepted is in
/// <c>Class.Method#Hint.verified.cs</c> beside the tests; what differs, or was never accepted, is written to <c>.received.cs</c> and
/// fails. To accept it, read it and rename it.
/// </summary>
internal static class Snapshot
{
    private const string Folder = "Generators/Snapshots";

    /// <summary>Where the sources of the tests are.</summary>
    public static readonly string ProjectDirectory = typeof(Snapshot).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == nameof(ProjectDirectory)).Value!;

    public static void Verify(LayerCompilation compilation, string testClass, [CallerMemberName] string test = "")
    {
        string folder = Path.Combine(ProjectDirectory, Folder);
        var expected = Directory.Exists(folder)
            ? Directory.GetFiles(folder, $"{testClass}.{test}#*.verified.cs").Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal)
            : [];
        var differing = new List<string>();

        foreach (var (hintName, text) in compilation.Emitted())
        {
            string name = $"{testClass}.{test}#{Path.ChangeExtension(hintName, null)}";
            expected.Remove(name + ".verified.cs");
            if (!Matches(Path.Combine(folder, name), WithoutVersion(text))) differing.Add(name);
        }

        Assert.True(differing.Count == 0, $"Not as accepted; compare the .received.cs with the .verified.cs in {Folder}: {string.Join(", ", differing)}");
        Assert.True(expected.Count == 0, $"Accepted but no longer emitted: {string.Join(", ", expected)}");
    }

    private static bool Matches(string path, string text)
    {
        string verified = path + ".verified.cs", received = path + ".received.cs";
        if (File.Exists(verified) && File.ReadAllText(verified).ReplaceLineEndings("\n") == text)
        {
            File.Delete(received);
            return true;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(received, text);
        return false;
    }

    // A release must not change every snapshot.
    private static string WithoutVersion(string text) => text.Replace($"\"{EmittedBy.Version}\"", "\"{version}\"", StringComparison.Ordinal);
}
