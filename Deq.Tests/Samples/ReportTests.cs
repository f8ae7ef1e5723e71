using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Deq.Samples.Report;

namespace Deq.Tests.Samples;

public partial class ReportTests
{
    [Fact]
    public void Page_IsWellFormed()
    {
        XDocument page = Parse(HtmlReport.Render(Content()));

        Assert.Equal("A <title> & \"more\"", page.Descendants("h1").Single().Value);
        Assert.Equal(["unigram", "DEQ", "2 layers"], page.Descendants("tbody").Single().Elements("tr").Select(row => row.Element("td")!.Value));
        Assert.Equal(["width", "a<b"], page.Descendants("dt").Select(term => term.Value));
        Assert.Contains("{{title}} text & more", page.Descendants("blockquote").Single().Value);
    }

    [Fact]
    public void Page_NeedsNothingFromOutside()
    {
        XDocument page = Parse(HtmlReport.Render(Content()));

        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
        Assert.Empty(page.Descendants("link"));
    }

    [Fact]
    public void EveryQuantity_HasItsChartWithALineForEachRun()
    {
        Dictionary<string, string[]> series = Series(HtmlReport.Render(Content()));

        Assert.Equal(["DEQ, training", "DEQ, validation", "2 layers, training", "unigram"], series["perplexity"]);
        Assert.Equal(["DEQ", "2 layers"], series["loss"]);
        Assert.Equal(["DEQ, forward", "DEQ, backward"], series["evaluations"]);
        Assert.Equal(["DEQ, forward", "DEQ, backward"], series["residual"]);
        Assert.Equal(["DEQ", "2 layers"], series["speed"]);
        Assert.Equal(["DEQ"], series["gradient"]);
        Assert.Equal(["DEQ"], series["penalty"]);
        Assert.Equal(["DEQ"], series["radius"]);
        Assert.Equal(["DEQ", "2 layers"], series["memory"]);
        Assert.Equal(["DEQ", "2 layers"], series["time"]);
    }

    [Fact]
    public void QuantityThatNoRunHas_HasNoChart()
    {
        ReportContent content = Content();
        content = content with { Runs = [content.Runs[1]] };

        Assert.Equal(["perplexity", "loss", "memory", "time", "speed"], Series(HtmlReport.Render(content)).Keys);
    }

    [Fact]
    public void Charts_CarryTheValuesThemselves()
    {
        StepRecord[] steps = [.. Enumerable.Range(1, 100).Select(step => new StepRecord { Step = step, Examples = step * 10, Loss = 1.0 / step })];
        Chart loss = Charts.Of(Content() with { Runs = [new RunRecord("run", steps, [])] }).Single(chart => chart.Id == "loss");

        Assert.Equal(steps.Select(step => step.Loss), loss.Series[0].Y);
        Assert.Equal(steps.Select(step => (double)step.Examples), loss.Series[0].X);
    }

    [Fact]
    public void LongRuns_AreDrawnAsMeansOverEqualStretches()
    {
        StepRecord[] steps = [.. Enumerable.Range(1, 2400).Select(step => new StepRecord { Step = step, Examples = step, Loss = step % 2 })];
        Chart loss = Charts.Of(Content() with { Runs = [new RunRecord("run", steps, [])] }).Single(chart => chart.Id == "loss");

        Assert.Equal(240, loss.Series[0].Y.Count);
        Assert.All(loss.Series[0].Y, mean => Assert.Equal(0.5, mean, 1e-12));
    }

    /// <summary>The report of a training that went astray is written like any other.</summary>
    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void ValuesThatAreNotFinite_AreLeftOut(double score)
    {
        ReportContent content = Content();
        RunRecord run = content.Runs[0] with { Validations = [new ValidationRecord(25, 25_000, score, score), new ValidationRecord(50, 50_000, 150, 0.9)] };
        StepRecord[] steps = [.. run.Steps.Select(step => step with { Loss = step.Step == 3 ? score : step.Loss, Penalty = score, Memory = score })];

        Chart[] charts = [.. Charts.Of(content with { Runs = [run with { Steps = steps }], Results = [new ResultRow("lost") { Test = score }] })];

        Assert.All(charts.SelectMany(chart => chart.Series), series => Assert.All(series.Y, value => Assert.True(double.IsFinite(value))));
        Assert.Equal(150, charts.SelectMany(chart => chart.Series).Single(series => series.Label == "DEQ, validation").Y.Single());
        Assert.DoesNotContain(charts, chart => chart.Id is "penalty" or "memory");
    }

    [ChromiumFact]
    public void InABrowser_EveryChartIsDrawn()
    {
        using var folder = new TemporaryFolder();
        string file = HtmlReport.Write(folder.File("report.html"), Content());

        Browser browser = Browser.Open(file, folder.File("profile"));
        string page = browser.Page;

        Assert.Empty(browser.Errors);

        foreach ((string id, string[] series) in Series(HtmlReport.Render(Content())))
        {
            Match figure = Regex.Match(page, $"<figure[^>]*id=\"chart-{id}\"[^>]*>");
            Assert.True(figure.Success, id);
            Assert.Contains($"data-drawn=\"{series.Length}\"", figure.Value);
        }
    }

    /// <summary>That the other tests' browser would tell: a page whose script fails.</summary>
    [ChromiumFact]
    public void InABrowser_AScriptThatFailsIsSeen()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("page.html"), "<!DOCTYPE html><title>x</title><script>undefinedFunction();</script>");

        Assert.NotEmpty(Browser.Open(folder.File("page.html"), folder.File("profile")).Errors);
    }

    private static ReportContent Content()
    {
        StepRecord[] deq = [.. Enumerable.Range(1, 50).Select(step => new StepRecord
        {
            Step = step,
            Examples = 1000 * step,
            Loss = 5 + 3.0 / step,
            ForwardEvaluations = 5,
            BackwardEvaluations = 4 + step % 2,
            ForwardResidual = 0.01 / step,
            BackwardResidual = 0.02 / step,
            GradientNorm = 1 + 1.0 / step,
            ExamplesPerSecond = 6000 + step,
            Memory = 200 + step,
            Seconds = 0.2 * step,
            Penalty = step % 5 == 0 ? 0.1 : double.NaN,
        })];
        StepRecord[] layers = [.. deq.Select(step => new StepRecord { Step = step.Step, Examples = step.Examples, Loss = step.Loss - 0.1, ExamplesPerSecond = 9000, Memory = 100, Seconds = step.Seconds })];
        return new ReportContent
        {
            Title = "A <title> & \"more\"",
            Subtitle = "one sentence",
            Command = "deq-samples transformer train",
            Results =
            [
                new ResultRow("unigram") { Test = 575.2 },
                new ResultRow("DEQ") { Test = 117.2, Validation = 112, Parameters = 1_154_000, Examples = 50_000, Time = TimeSpan.FromSeconds(250) },
                new ResultRow("2 layers") { Test = 100, Parameters = 1_154_100 },
            ],
            Runs = [new RunRecord("DEQ", deq, [new ValidationRecord(50, 50_000, 150, 0.9)]), new RunRecord("2 layers", layers, [])],
            Settings = [new("width", "128"), new("a<b", "c&d")],
            Sample = "{{title}} text & more </script>",
            Date = DateTimeOffset.UnixEpoch,
        };
    }

    private static XDocument Parse(string html)
    {
        string markup = StyleOrScript().Replace(html.Replace("<!DOCTYPE html>", ""), "<$1$2></$1>");
        return XDocument.Parse(markup);
    }

    private static Dictionary<string, string[]> Series(string html)
    {
        string data = Data().Match(html).Groups[1].Value;
        using JsonDocument charts = JsonDocument.Parse(data);
        return charts.RootElement.EnumerateArray().ToDictionary(
            chart => chart.GetProperty("id").GetString()!,
            chart => chart.GetProperty("series").EnumerateArray().Select(series => series.GetProperty("label").GetString()!).ToArray());
    }

    [GeneratedRegex("""<(style|script)([^>]*)>.*?</\1>""", RegexOptions.Singleline)]
    private static partial Regex StyleOrScript();

    [GeneratedRegex("""<script type="application/json" id="charts">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();
}
