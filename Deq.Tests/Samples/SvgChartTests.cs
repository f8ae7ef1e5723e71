using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Deq.Samples.Report;

namespace Deq.Tests.Samples;

public class SvgChartTests
{
    private static readonly string[] Long = ["DEQ-Transformer", "LSTM, parameters of the Transformer", "single convolution, gamma 4, phantom, 5 steps", "WWWWWWWWWWWWWWWWWWWW"];

    [Theory]
    [InlineData(3, "forward", "backward", "unigram", "DEQ, training")]
    [InlineData(2, "DEQ-Transformer", "LSTM, parameters of the Transformer", "DEQ-TrellisNet")]
    [InlineData(1, "reversible", "single convolution, gamma 4, phantom, 5 steps")]
    public void Legend_HasAsManyColumnsAsItsLongestLabelLeaves(int columns, params string[] labels)
    {
        XElement[] texts = Legend(labels);

        Assert.Equal(labels, texts.Select(text => text.Value));
        Assert.Equal(Math.Min(columns, labels.Length), texts.Select(text => text.Attribute("x")!.Value).Distinct().Count());
        Assert.Equal((labels.Length + columns - 1) / columns, texts.Select(text => text.Attribute("y")!.Value).Distinct().Count());
    }

    /// <summary>There are eight colours: a ninth line looks unlike the first one all the same, in the plot and in the legend.</summary>
    [Fact]
    public void MoreLinesThanColors_AreToldApart()
    {
        XElement[] paths = [.. Svg("caption", [.. Enumerable.Range(1, 10).Select(i => $"line {i}")]).Elements().Where(element => element.Name.LocalName == "path" && element.Attribute("class")!.Value != "grid")];

        Assert.Equal(10, paths.Where(path => path.Attribute("class")!.Value.EndsWith(" series")).Select(Look).Distinct().Count());
        Assert.Equal(10, paths.Where(path => !path.Attribute("class")!.Value.EndsWith(" series")).Select(Look).Distinct().Count());

        static (string, string?) Look(XElement path) => (path.Attribute("class")!.Value, path.Attribute("stroke-dasharray")?.Value);
    }

    [Fact]
    public void LegendAndCaption_StayWithinThePicture()
    {
        XElement svg = Svg("a caption of many words, " + string.Join(' ', Enumerable.Repeat("marks: a part of the validation data", 4)), Long);

        double height = double.Parse(svg.Attribute("height")!.Value, CultureInfo.InvariantCulture);
        Assert.All(Texts(svg), text => Assert.InRange(double.Parse(text.Attribute("y")!.Value, CultureInfo.InvariantCulture), 0, height));
        // The plot begins below the caption's last line.
        double[] captions = [.. Texts(svg).Skip(1).TakeWhile(text => text.Attribute("text-anchor") is null).Select(text => double.Parse(text.Attribute("y")!.Value, CultureInfo.InvariantCulture))];
        Assert.InRange(captions.Length, 2, 4);
        double top = svg.Elements().Where(element => element.Attribute("class")?.Value == "grid").Min(line => double.Parse(Regex.Match(line.Attribute("d")!.Value, @"^M\S+ ([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.True(top > captions[^1] + 4, $"{top} under {captions[^1]}");
    }

    /// <summary>As wide as a browser makes the letters: no text runs into another one or out of the picture.</summary>
    [ChromiumFact]
    public void InABrowser_NoTextOverlapsAnother()
    {
        using var folder = new TemporaryFolder();
        string[][] legends = [Long[..2], Long[..3], ["implicit, pre-LN", "2 stacked layers, equal parameters", "Jacobian-free", "phantom, 5 steps"], ["DEQ-Transformer, validation", "unigram", "Kneser-Ney trigram", "12 applications, training"]];
        const string caption = "per word, logarithmic; marks: a part of the validation data, dashed: what was not trained by gradients, on the test data";
        string charts = string.Concat(legends.Select(labels => Svg(caption, labels).ToString(SaveOptions.DisableFormatting)));
        File.WriteAllText(folder.File("page.html"), $$"""
            <!DOCTYPE html><meta charset="utf-8"><title>x</title><body>{{charts}}<script>
            for (const svg of document.querySelectorAll('svg')) {
              const page = svg.getBoundingClientRect(), boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
              for (const [text, box] of boxes) if (box.right > page.right || box.bottom > page.bottom) document.body.append('OUTSIDE ' + text);
              for (const [a, one] of boxes) for (const [b, other] of boxes)
                if (one !== other && one.left < other.right && other.left < one.right && one.top + 3 < other.bottom && other.top + 3 < one.bottom) document.body.append('OVERLAP ' + a + ' / ' + b);
              document.body.append('SEEN ' + boxes.length);
            }
            </script>
            """);

        Browser browser = Browser.Open(folder.File("page.html"), folder.File("profile"));

        Assert.Empty(browser.Errors);
        string seen = browser.Page[browser.Page.IndexOf("</script>", StringComparison.Ordinal)..];
        Assert.Equal(legends.Length, Regex.Count(seen, @"SEEN \d\d"));
        Assert.DoesNotContain("OVERLAP", seen);
        Assert.DoesNotContain("OUTSIDE", seen);
    }

    private static XElement[] Legend(string[] labels) => [.. Texts(Svg("caption", labels)).TakeLast(labels.Length)];

    private static IEnumerable<XElement> Texts(XElement svg) => svg.Elements().Where(element => element.Name.LocalName == "text");

    private static XElement Svg(string caption, string[] labels) => XElement.Parse(SvgChart.Render(new Chart(
        "id", "A chart", caption, false, [.. labels.Select((label, i) => new ChartSeries(label, i + 1, [0, 1000, 2000], [i, i + 1, i + 2]))], "tokens")));
}
