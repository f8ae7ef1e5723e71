using System.Reflection;
using System.Text.RegularExpressions;
using Deq.Generators.Analyzers;
using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;

namespace Deq.Tests.Generators.Diagnostics;

/// <summary>Every rule has a page whose examples are true, a help link to it, and an entry in the release notes; <see cref="DesignTests"/> has its cases.</summary>
public sealed partial class PagesTests
{
    private static readonly DiagnosticDescriptor[] Rules =
        [.. LayerCompilation.Analyzers().SelectMany(analyzer => analyzer.SupportedDiagnostics).OrderBy(rule => rule.Id, StringComparer.Ordinal)];

    public static TheoryData<string> Ids() => new(Rules.Select(rule => rule.Id));

    [Fact]
    public void EveryRule_BelongsToOneAnalyzer()
    {
        Assert.Equal(Rules.Select(rule => rule.Id).Distinct(), Rules.Select(rule => rule.Id));
        var declared = typeof(EquilibriumLayerAnalyzer).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.FieldType == typeof(DiagnosticDescriptor))
            .Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Id);
        Assert.Equal(declared.Order(StringComparer.Ordinal), Rules.Select(rule => rule.Id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void EveryRule_HasAPageWithItsTitle(string id)
    {
        var rule = Rules.Single(candidate => candidate.Id == id);
        string page = Page(id);
        Assert.StartsWith($"# {id}: {rule.Title}\n", page, StringComparison.Ordinal);
        Assert.Contains("## Cause", page, StringComparison.Ordinal);
        Assert.Contains("## How to mend it", page, StringComparison.Ordinal);
        Assert.Contains($"| [{id}]({id}.md) |", Page("README"), StringComparison.Ordinal);
        Assert.EndsWith($"/docs/diagnostics/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void ExamplesOfAPage_AreTrue(string id)
    {
        var examples = Example().Matches(Page(id)).Select(match => match.Groups[1].Value).ToList();
        if (examples.Count == 0)
        {
            Assert.Equal("DEQ065", id);
            return;
        }

        Assert.Equal(2, examples.Count);
        var wrong = LayerCompilation.Of(examples[0]).Findings();
        Assert.Contains(wrong, finding => finding.Id == id);
        Assert.All(wrong.Where(finding => finding.Severity >= DiagnosticSeverity.Warning), finding => Assert.Equal(id, finding.Id));
        Diagnose.FindsNothing(examples[1]);
    }

    [Fact]
    public void ReleaseNotes_NameEveryRule()
    {
        string notes = File.ReadAllText(Path.Combine(Repository, "Deq.Generators", "AnalyzerReleases.Shipped.md"))
            + File.ReadAllText(Path.Combine(Repository, "Deq.Generators", "AnalyzerReleases.Unshipped.md"));
        Assert.All(Rules, rule => Assert.Contains($"{rule.Id} | {rule.Category} | {rule.DefaultSeverity} |", notes, StringComparison.Ordinal));
    }

    [Fact]
    public void Pages_AreOfRulesThatExist() => Assert.Equal(
        Rules.Select(rule => rule.Id),
        Directory.GetFiles(Path.Combine(Repository, "docs", "diagnostics"), "DEQ*.md").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    private static string Repository { get; } = Path.GetDirectoryName(Snapshot.ProjectDirectory)!;

    private static string Page(string name) => File.ReadAllText(Path.Combine(Repository, "docs", "diagnostics", name + ".md")).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
