using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deq.Samples.Commands;

namespace Deq.Tests.Samples;

public sealed class TransformerProgramTests : IDisposable
{
    private const string SmallModel = "--width 16 --heads 2 --ffn 16 --sequence 8 --batch 2 --steps 12 --pretrain-steps 4 --cutoffs 8";

    private readonly TemporaryFolder folder = new();

    public TransformerProgramTests()
    {
        string text = string.Concat(Enumerable.Range(0, 60).Select(i => $" word{i % 11} and word{i % 7} are <unk> .\n"));
        foreach (string split in new[] { "train", "valid", "test" }) File.WriteAllText(folder.File($"wiki.{split}.tokens"), text);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Train_WritesCheckpointAndReport_AndEvalPrintsTheSamePerplexities()
    {
        string trained = Succeed($"transformer train {SmallModel} --explicit 1 --data {folder.Path} --out {folder.File("out")}");

        Assert.Contains("unigram", trained);
        Assert.Contains("Kneser-Ney trigram", trained);
        Assert.Contains("1 stacked layers", trained);
        Assert.True(File.Exists(folder.File("out/model.deq")));
        Assert.Contains("data-drawn", File.ReadAllText(folder.File("out/report.html")).Replace("dataset.drawn", "data-drawn"));

        string evaluated = Succeed($"transformer eval --checkpoint {folder.File("out/model.deq")}");
        Assert.Equal(Perplexities(trained), Perplexities(evaluated));
        Assert.Equal(Perplexities(trained), Perplexities(Succeed($"transformer eval --checkpoint {folder.File("out/model.deq")} --data {folder.Path}")));

        string row = Succeed($"transformer eval --checkpoint {folder.File("out/model.deq")} --json").TrimEnd().Split('\n')[^1];
        using JsonDocument result = JsonDocument.Parse(row);
        Assert.Equal(Perplexities(trained)[1], result.RootElement.GetProperty("test").GetDouble().ToString("0.0", CultureInfo.InvariantCulture));

        string sampled = Succeed($"transformer sample --checkpoint {folder.File("out/model.deq")} --prompt word1 --words 9");
        Assert.StartsWith("word1", sampled);
        // The standing prompt is of another corpus: it is no row of unknown words here, in the report neither.
        Assert.DoesNotContain("<unk>", Succeed($"transformer sample --checkpoint {folder.File("out/model.deq")} --words 5"));
        Assert.DoesNotContain("&lt;unk&gt;", File.ReadAllText(folder.File("out/report.html")));
    }

    [Fact]
    public void OptionsAlone_TrainTheTransformer()
    {
        Assert.Contains("DEQ-Transformer", Succeed($"{SmallModel} --data {folder.Path} --out {folder.File("out")} --gamma 1 --weight-norm --dropout 0.1 --solver broyden"));
    }

    [Fact]
    public void CheckpointOfAnotherVocabulary_IsRefused()
    {
        Succeed($"{SmallModel} --data {folder.Path} --out {folder.File("out")}");
        File.AppendAllText(folder.File("wiki.train.tokens"), " something new\n");

        (int code, string error) = Fail($"transformer eval --checkpoint {folder.File("out/model.deq")} --data {folder.Path}");

        Assert.Equal(1, code);
        Assert.Contains("another vocabulary", error);
    }

    [Theory]
    [InlineData("transformer eval --checkpoint none.deq", "none.deq: there is no such checkpoint")]
    [InlineData("transformer sample --checkpoint none.deq", "none.deq: there is no such checkpoint")]
    public void MissingCheckpoint_IsOneLine(string arguments, string expected)
    {
        (int code, string error) = Fail(arguments);

        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void CorpusTooSmallForABatch_IsOneLine()
    {
        (int code, string error) = Fail($"--data {folder.Path} --out {folder.File("out")} --batch 4096 --pretrain-steps 0");

        Assert.Equal(1, code);
        Assert.Contains("--batch", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void CommandInTheReport_IsOneThatAShellReads()
    {
        string data = folder.File("it's my data");
        Directory.CreateDirectory(data);
        foreach (string file in Directory.GetFiles(folder.Path)) File.Copy(file, Path.Combine(data, Path.GetFileName(file)));

        int code = SampleProgram.Run([.. SmallModel.Split(' '), "--data", data, "--out", folder.File("out")], new StringWriter(), new StringWriter());

        Assert.Equal(0, code);
        string report = File.ReadAllText(folder.File("out/report.html"));
        Assert.Contains($"--data &#39;{folder.Path}/it&#39;\\&#39;&#39;s my data&#39;", report);
    }

    private static string[] Perplexities(string output)
    {
        string row = output.Split('\n').Last(line => Regex.IsMatch(line, @"^DEQ-Transformer\s+[\d,]+ "));
        return [.. Regex.Split(row.Trim(), @"\s{2,}").Skip(3).Take(2)];
    }

    private static string Succeed(string arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = SampleProgram.Run(arguments.Split(' '), output, error);
        Assert.Equal((0, ""), (code, error.ToString()));
        return output.ToString();
    }

    private static (int Code, string Error) Fail(string arguments)
    {
        var error = new StringWriter();
        int code = SampleProgram.Run(arguments.Split(' '), new StringWriter(), error);
        return (code, error.ToString());
    }
}
