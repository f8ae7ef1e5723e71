using System.Text.RegularExpressions;
using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Pages;

/// <summary>The C# examples of a page under docs.</summary>
internal static partial class PageExamples
{
    public static string Text(string page) =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(Snapshot.ProjectDirectory)!, "docs", page)).ReplaceLineEndings("\n");

    /// <summary>Every example, each a file of its own.</summary>
    public static IReadOnlyList<string> Of(string page) => [.. Example().Matches(Text(page)).Select(m => m.Groups["code"].Value)];

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
