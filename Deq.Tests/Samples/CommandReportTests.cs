using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Deq.Samples.Commands;
using Deq.Tests.Samples.Images;

namespace Deq.Tests.Samples;

/// <summary>The report of every command that trains, opened in a browser: nothing goes wrong, every chart is drawn, and each is an SVG file too.</summary>
public partial class CommandReportTests
{
    [ChromiumFact]
    public void Synthetic() => Check("synthetic train --epochs 1 --gamma 0,2", ["mean-squared-error", "evaluations", "residual", "radius", "penalty"], drawings: 2);

    [ChromiumFact]
    public void Mdeq() => Check("mdeq train --steps 6 --pretrain-steps 2 --batch 4 --explicit 2 --tied 2 --data", ["accuracy", "loss", "evaluations", "residual", "radius", "memory", "time"], Images);

    [ChromiumFact]
    public void RevDeq() => Check("revdeq train --steps 6 --batch 4 --data", ["accuracy", "evaluations", "residual", "radius"], Images);

    [ChromiumFact]
    public void Transformer() => Check(
        "transformer train --width 16 --heads 2 --ffn 16 --sequence 8 --batch 2 --steps 12 --pretrain-steps 4 --cutoffs 8 --gamma 1 --data", ["perplexity", "evaluations", "residual", "radius"], Words);

    [ChromiumFact]
    public void Trellis() => Check(
        "trellis train --width 16 --hidden 12 --sequence 8 --batch 2 --steps 12 --pretrain-steps 4 --cutoffs 8 --data", ["perplexity", "evaluations", "residual", "radius"], Words);

    [ChromiumFact]
    public void ReversibleLanguageModel() => Check(
        "revdeq-lm train --width 16 --heads 2 --ffn 16 --sequence 8 --batch 2 --steps 12 --pretrain-steps 4 --cutoffs 8 --data", ["perplexity", "evaluations", "residual", "radius"], Words);

    [ChromiumFact]
    public void CopyMemory() => Check("copy-memory train --steps 6 --pretrain-steps 2 --batch 2 --delay 5", ["cross-entropy", "evaluations", "residual", "radius"]);

    private static void Check(string command, string[] charts, Action<string>? data = null, int drawings = 0)
    {
        using var folder = new TemporaryFolder();
        string[] source = [];
        if (data is not null)
        {
            string place = Directory.CreateDirectory(folder.File("data")).FullName;
            data(place);
            source = [place];
        }

        StringWriter output = new(), error = new();
        int code = SampleProgram.Run([.. command.Split(' '), .. source, "--plain", "--out", folder.File("out")], output, error);
        Assert.True(code == 0, error.ToString());

        string report = folder.File("out/report.html");
        using JsonDocument drawn = JsonDocument.Parse(Data().Match(File.ReadAllText(report)).Groups[1].Value);
        Dictionary<string, int> lines = drawn.RootElement.EnumerateArray().ToDictionary(chart => chart.GetProperty("id").GetString()!, chart => chart.GetProperty("series").GetArrayLength());
        Assert.Empty(charts.Except(lines.Keys));
        foreach (bool dark in new[] { false, true })
        {
            Browser browser = Browser.Open(report, folder.File("profile"), dark);
            Assert.Empty(browser.Errors);
            foreach ((string id, int series) in lines)
            {
                string figure = Regex.Match(browser.Page, $"<figure[^>]*id=\"chart-{id}\"[^>]*>").Value;
                Assert.Contains($"data-drawn=\"{series}\"", figure);
            }

            // A chart that is drawn has its canvas.
            Assert.Equal(lines.Count, Regex.Count(browser.Page, "<canvas"));
        }

        string[] figures = [.. Directory.GetFiles(folder.File("out/figures"), "*.svg")];
        Assert.Empty(lines.Keys.Except(figures.Select(figure => Path.GetFileNameWithoutExtension(figure))));
        Assert.Equal(lines.Count + drawings, figures.Length);
        Assert.All(figures, figure => Assert.Equal("svg", XDocument.Load(figure).Root!.Name.LocalName));
    }

    private static void Images(string folder) => ImageFiles.FashionMnist(folder, train: 40, test: 4, gzip: true);

    private static void Words(string folder)
    {
        string text = string.Concat(Enumerable.Range(0, 60).Select(i => $" word{i % 11} and word{i % 7} are <unk> .\n"));
        foreach (string split in new[] { "train", "valid", "test" }) File.WriteAllText(Path.Combine(folder, $"wiki.{split}.tokens"), text);
    }

    [GeneratedRegex("""<script type="application/json" id="charts">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();
}
