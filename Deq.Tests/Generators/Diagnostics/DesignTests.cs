using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators.Diagnostics;

/// <summary>
/// The design's table of diagnostics, row by row: each rule exists as the table has it, finds its case, leaves the nearest right declaration
/// alone and, where the table says so, mends it, once and everywhere. The cases are data, and each of them is run here.
/// </summary>
public sealed class DesignTests
{
    private static readonly DiagnosticDescriptor[] Rules = [.. LayerCompilation.Analyzers().SelectMany(analyzer => analyzer.SupportedDiagnostics)];

    public static TheoryData<string> Ids() => new(DesignedRule.All.Select(rule => rule.Id));

    public static TheoryData<string, int> Cases() => Numbered(rule => true);

    public static TheoryData<string, int> FixedCases() => Numbered(rule => rule.IsFixed);

    [Fact]
    public void Table_AndDescriptors_NameTheSameRules() => Assert.Equal(
        DesignedRule.All.Select(rule => rule.Id).Order(StringComparer.Ordinal),
        Rules.Select(rule => rule.Id).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void EachRow_HasItsRule_ItsCases_AndItsFix(string id)
    {
        var row = DesignedRule.All.Single(rule => rule.Id == id);
        Assert.Equal(row.Severity, Rules.Single(rule => rule.Id == id).DefaultSeverity);
        Assert.Contains(RuleCases.All, rule => rule.Id == id);
        if (row.HasFix) Assert.Contains(RuleCases.All, rule => rule.Id == id && rule.IsFixed);
    }

    [Fact]
    public void EachFixThatThereIs_HasACase() => Assert.Equal(
        Mender.FixableIds.Distinct().Order(StringComparer.Ordinal),
        RuleCases.All.Where(rule => rule.IsFixed).Select(rule => rule.Id).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Wrong_IsFound_AndRight_IsNot(string id, int number)
    {
        var given = Case(id, number);
        Diagnose.Finds(LayerCompilation.Of(given.Wrong, given.Version), id, given.At, given.Beside);
        if (given.Left.Length == 0) Diagnose.FindsNothing(given.Right);
        else Assert.All(LayerCompilation.Of(given.Right).Findings(), finding => Assert.Equal(given.Left, finding.Id));
    }

    [Theory]
    [MemberData(nameof(FixedCases))]
    public async Task Fix_MakesTheRightOfTheWrong(string id, int number)
    {
        var given = Case(id, number);
        using var mender = new Mender(given.Wrong);
        Assert.NotNull(await mender.FixOne(id));
        Assert.Equal(given.Right, await mender.Text());
        Assert.All(await mender.Findings(), finding => Assert.Equal(given.Left, finding.Id));
    }

    [Theory]
    [MemberData(nameof(FixedCases))]
    public async Task FixAll_MendsEveryPlaceAtOnce(string id, int number)
    {
        var given = Case(id, number);
        using var mender = new Mender(Thrice(given.Wrong));
        Assert.Equal(3, (await mender.Findings(id)).Length);
        await mender.FixAll(id);
        Assert.Equal(Thrice(given.Right), await mender.Text());
        Assert.All(await mender.Findings(), finding => Assert.Equal(given.Left, finding.Id));
    }

    private static string Thrice(string source) => string.Join("\n\n", new[] { "Block", "Second", "Third" }.Select(name => source.Replace("Block", name, StringComparison.Ordinal)));

    private static RuleCase Case(string id, int number) => RuleCases.All.Where(rule => rule.Id == id).ElementAt(number);

    private static TheoryData<string, int> Numbered(Func<RuleCase, bool> isMeant)
    {
        var data = new TheoryData<string, int>();
        foreach (var cases in RuleCases.All.GroupBy(rule => rule.Id))
            foreach (var (given, number) in cases.Select((given, number) => (given, number)))
                if (isMeant(given)) data.Add(given.Id, number);
        return data;
    }
}
