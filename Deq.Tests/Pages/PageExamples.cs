using System.Text.RegularExpressions;
using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Pages;

/// <summary>The C# examples of a page under docs.</summary>
internal static partial class PageExamples
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Snapshot.ProjectDirectory)!, "docs");

    /// <summary>The pages under docs; those of the diagnostics, in a folder of their own, are read by what checks diagnostics.</summary>
    public static IEnumerable<string> Pages => Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static string Text(string page) => File.ReadAllText(Path.Combine(Folder, page)).ReplaceLineEndings("\n");

    /// <summary>Every example, each a file of its own.</summary>
    public static IReadOnlyList<string> Of(string page) => [.. Example().Matches(Text(page)).Select(m => m.Groups["code"].Value)];

    // By whatever name C# goes there, so that no block is left out.
    [GeneratedRegex("```(?:csharp|cs|c#|C#)[^\n]*\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
