using System.Text.RegularExpressions;
using System.Xml.Linq;
using Deq.Samples.Commands;
using Deq.Samples.Evidence;

namespace Deq.Tests.Samples.Evidence;

public partial class EvidenceTests
{
    public static TheoryData<string> Names => [.. EvidenceList.All.Select(evidence => evidence.Name)];

    /// <summary>At the size of seconds: the command works from end to end, its page reads and its figures are drawings.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Smoke_WritesASectionWithTablesVerdictsAndFigures(string name)
    {
        if (name is "memory" or "images" && !PeakMemory.CanMeasure) return;
        using var folder = new TemporaryFolder();
        string page = folder.File("results.md");

        string printed = Run(0, "evidence", name, "--smoke", "--page", page, "--kept", folder.File("kept"));

        string text = File.ReadAllText(page);
        IEvidence evidence = EvidenceList.Named(name)[0];
        Assert.Contains($"## {evidence.Title}", printed);
        Assert.Contains(printed.TrimEnd(), text);
        Assert.Contains(evidence.Claim, text);
        Assert.Contains($"`./deq evidence {name} --seed 1 --smoke`", text);
        Assert.DoesNotContain("NaN", printed);
        string[][] tables = [.. Table().Matches(printed).Select(match => match.Value.TrimEnd().Split('\n'))];
        Assert.NotEmpty(tables);
        Assert.All(tables, lines => Assert.Single(lines.Select(line => line.Replace("\\|", "").Count(letter => letter == '|')).Distinct()));
        Assert.True(printed.Split("- **Shown.**").Length + printed.Split("- **Not shown at this size.**").Length > 2, printed);
        string[] figures = [.. Figure().Matches(printed).Select(match => match.Value)];
        Assert.NotEmpty(figures);
        Assert.All(figures, figure => Assert.Contains("path", XDocument.Load(folder.File(figure)).Root!.Elements().Select(element => element.Name.LocalName)));
        Assert.Equal(figures.Order(), Directory.GetFiles(folder.File("figures")).Select(file => "figures/" + Path.GetFileName(file)).Order());
    }

    [Fact]
    public void WithoutAName_AllAreListedWithTheirDuration()
    {
        string list = Run(0, "evidence");

        Assert.All(EvidenceList.All, evidence => Assert.Matches($@"(?m)^{evidence.Name} +about +\d+:\d\d", list));
        Assert.Contains("all", list);
        // What takes longer than a lunch says so in its name.
        Assert.True(EvidenceList.All.All(evidence => evidence.Expected <= TimeSpan.FromMinutes(40) || evidence.Name.EndsWith("-full", StringComparison.Ordinal)));
        Assert.True(EvidenceList.All.Sum(evidence => evidence.Expected.TotalMinutes) <= 240);
    }

    [Fact]
    public void AWrongName_IsToldTheRightOnes() => Assert.Contains("penalty", Run(1, "evidence", "penalties"));

    [Fact]
    public void SmokeSize_IsNotWrittenToThePageOfResults() => Assert.Contains("--page", Run(1, "evidence", "rate", "--smoke", "--write"));

    private static string Run(int expected, params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = SampleProgram.Run(arguments, output, error);
        Assert.True(code == expected, error.ToString());
        return expected == 0 ? output.ToString() : error.ToString();
    }

    [GeneratedRegex(@"(?m)(^\|.*\|\n)+")]
    private static partial Regex Table();

    [GeneratedRegex(@"figures/[\w.-]+\.svg")]
    private static partial Regex Figure();
}
