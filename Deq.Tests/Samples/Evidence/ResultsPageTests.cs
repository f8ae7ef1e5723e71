using Deq.Samples;
using Deq.Samples.Evidence;
using Deq.Samples.Report;
using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Samples.Evidence;

public class ResultsPageTests
{
    private static readonly IEvidence First = new Claimed("first", "The first claim"), Second = new Claimed("second", "The second: a claim"), Third = new Claimed("third", "A third");
    private static readonly IEvidence[] Both = [First, Second];

    [Fact]
    public void APartialRerun_ReplacesItsSectionAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        string page = folder.File("results.md");
        ResultsPage.Write(page, Both, First, Found("one", shown: true), "made first");
        ResultsPage.Write(page, Both, Second, Found("two", shown: false), "made second");
        string hand = File.ReadAllText(page).Replace("# Results", "# Results, with words by hand");
        File.WriteAllText(page, hand);

        ResultsPage.Write(page, Both, First, Found("three", shown: false), "made anew");

        string text = File.ReadAllText(page);
        Assert.Contains("words by hand", text);
        Assert.Contains("made anew", text);
        Assert.DoesNotContain("made first", text);
        Assert.DoesNotContain("one is measured", text);
        string second = hand[hand.IndexOf("<!-- evidence: second")..];
        Assert.EndsWith(second, text);
    }

    [Fact]
    public void TheOverview_CountsTheVerdictsOnThePage()
    {
        using var folder = new TemporaryFolder();
        string page = folder.File("results.md");

        ResultsPage.Write(page, Both, Second, Found("two", shown: true), "");

        string text = File.ReadAllText(page);
        Assert.Contains("| [The first claim](#the-first-claim) | not measured yet |", text);
        Assert.Contains("| [The second: a claim](#the-second-a-claim) | 1 | 1 |", text);
        Assert.Contains("./deq evidence first --write", text);
    }

    [Fact]
    public void FiguresThatAreNoLongerDrawn_Go_AndNothingHalfWrittenStays()
    {
        using var folder = new TemporaryFolder();
        string page = folder.File("results.md");
        ResultsPage.Write(page, Both, First, Found("old", shown: true), "");
        ResultsPage.Write(page, Both, Second, Found("other", shown: true), "");

        ResultsPage.Write(page, Both, First, Found("new", shown: true), "");

        Assert.Equal(["first_new.svg", "second_other.svg"], Directory.GetFiles(folder.File("figures")).Select(Path.GetFileName).Order());
        Assert.Equal([page], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void EvidenceThatCameLater_GetsItsPlaceInTheOrder()
    {
        using var folder = new TemporaryFolder();
        string page = folder.File("results.md");
        ResultsPage.Write(page, [First, Third], First, Found("one", shown: true), "");

        ResultsPage.Write(page, [First, Second, Third], Second, Found("two", shown: true), "");

        string text = File.ReadAllText(page);
        int[] places = [.. new[] { "first", "second", "third" }.Select(name => text.IndexOf($"<!-- evidence: {name} -->", StringComparison.Ordinal))];
        Assert.Equal(places.Order(), places);
        Assert.All(places, place => Assert.True(place > 0));
    }

    [Fact]
    public void APageThatLostItsMarkers_IsLeftAloneWithAReason()
    {
        using var folder = new TemporaryFolder();
        string page = folder.File("results.md");
        File.WriteAllText(page, "# Mine\n");

        Assert.Contains("<!-- evidence: first -->", Assert.Throws<SampleException>(() => ResultsPage.Write(page, Both, First, Found("one", shown: true), "")).Message);
        Assert.Equal("# Mine\n", File.ReadAllText(page));
    }

    /// <summary>The page that is shipped: every evidence in its place, every figure there, no figure of nothing.</summary>
    [Fact]
    public void ThePageOfResults_HasEveryEvidenceAndEveryFigure()
    {
        string docs = Path.Combine(Path.GetDirectoryName(Snapshot.ProjectDirectory)!, "docs"), text = File.ReadAllText(Path.Combine(docs, "results.md"));
        int[] places = [.. EvidenceList.All.Select(evidence => text.IndexOf($"<!-- evidence: {evidence.Name} -->\n## {evidence.Title}\n", StringComparison.Ordinal))];

        Assert.All(places, place => Assert.True(place >= 0));
        Assert.Equal(places.Order(), places);
        string[] named = [.. System.Text.RegularExpressions.Regex.Matches(text, @"figures/([\w.-]+\.svg)").Select(match => match.Groups[1].Value).Order()];
        Assert.Equal(named, Directory.GetFiles(Path.Combine(docs, "figures")).Select(Path.GetFileName).Order());
        Assert.DoesNotContain("--smoke", text);
    }

    private static Section Found(string what, bool shown) => new()
    {
        Setting = $"{what} is measured.",
        Tables = [new SectionTable("", ["", "|x|"], [["a", "1"]])],
        Charts = [new Chart(what, what, "", false, [new ChartSeries("a", 1, [1, 2], [3, 4])], "x")],
        Verdicts = [new Verdict(shown, "it does"), new Verdict(!shown, "it does not")],
    };

    private sealed record Claimed(string Name, string Title) : IEvidence
    {
        public string Claim => $"{Name} is claimed.";

        public TimeSpan Expected => TimeSpan.FromMinutes(1);

        public Section Gather(EvidenceRun run) => throw new NotSupportedException();
    }
}
