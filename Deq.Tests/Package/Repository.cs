using System.Reflection;
using System.Xml.Linq;

namespace Deq.Tests.Package;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] PackedFrom = ["Deq.Runtime", "Deq.Generators", "Deq.CodeFixes", "Deq.LibTorch", "docs"];

    public static string Root { get; } = Path.GetFullPath(Path.Combine(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ProjectDirectory").Value!, ".."));

    public static string Property(string file, string name) => XDocument.Load(Path.Combine(Root, file)).Descendants(name).First().Value;

    /// <summary>Copies what the package is made of, as a checkout of the same commit in another folder has it.</summary>
    public static void CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Root).Where(file => Path.GetFileName(file) is not ".git")) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (string file in PackedFrom.SelectMany(part => Directory.GetFiles(Path.Combine(Root, part), "*", SearchOption.AllDirectories)))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string git = Path.Combine(Root, ".git"), ground = Path.Combine("artifacts", "ground.props");
        if (Directory.Exists(git)) File.WriteAllText(Path.Combine(folder, ".git"), $"gitdir: {git}\n");
        else if (File.Exists(git)) File.Copy(git, Path.Combine(folder, ".git"));
        if (!File.Exists(Path.Combine(Root, ground))) return;
        Directory.CreateDirectory(Path.Combine(folder, "artifacts"));
        File.Copy(Path.Combine(Root, ground), Path.Combine(folder, ground));
    }
}
