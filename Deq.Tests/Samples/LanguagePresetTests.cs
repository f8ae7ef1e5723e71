using Deq.Samples.Commands;
using Deq.Samples.Language;
using Deq.Samples.Mdeq;
using Deq.Samples.RevDeq;

namespace Deq.Tests.Samples;

public class LanguagePresetTests
{
    private const int WikiTextWords = 267_735, PennWords = 10_000, Gpt2Pieces = 50_304;
    private const string Tiny = "--batch 1 --sequence 8";

    /// <summary>The papers count in millions and leave open what they count; a form that is built as theirs comes within a fifth.</summary>
    [Theory]
    [InlineData("transformer", "wikitext103", WikiTextWords, 110e6)]
    [InlineData("transformer", "wikitext103-jr", WikiTextWords, 110e6)]
    [InlineData("trellis", "ptb", PennWords, 24e6)]
    [InlineData("trellis", "wikitext103", WikiTextWords, 180e6)]
    [InlineData("revdeq-lm", "wikitext103", Gpt2Pieces, 94e6)]
    public void PaperForms_HaveAboutThePapersParameters(string command, string preset, int words, double parameters)
    {
        LanguagePreset chosen = Presets(command).Single(known => known.Name == preset);
        using var model = new LanguageModel(chosen.Settings.Model, words);

        Assert.InRange(model.ParameterCount / parameters, 0.8, 1.2);
        Assert.StartsWith($"{parameters / 1e6} M", chosen.PaperParameters);
        PresetsPage.Lists(command, chosen.Name, $"{model.ParameterCount:N0}", $"{model.BodyParameterCount:N0}", chosen.PaperParameters!);
    }

    /// <summary>Every preset whose paper gives a count is one of those above.</summary>
    [Fact]
    public void PresetsPage_ListsEveryPaperPreset() => PresetsPage.ListsOnly(
    [
        .. from command in new[] { "transformer", "trellis", "revdeq-lm" }
           from preset in Presets(command)
           where preset.PaperParameters is not null
           select (command, preset.Name),
        .. from preset in MdeqPresets.All where preset.PaperParameters is not null select ("mdeq", preset.Name),
        .. from preset in RevDeqPresets.All where preset.PaperParameters is not null select ("revdeq", preset.Name),
    ]);

    [Theory]
    [InlineData("ptb", PennWords, 20e6)]
    [InlineData("wikitext103", WikiTextWords, 45e6)]
    public void TrellisWithoutEmbedding_HasAboutThePapersParameters(string preset, int words, double parameters)
    {
        using var model = new LanguageModel(Presets("trellis").Single(known => known.Name == preset).Settings.Model, words);

        Assert.InRange(model.BodyParameterCount / parameters, 0.8, 1.2);
    }

    /// <summary>
    /// Three steps, one of them solved for the equilibrium, then the checkpoint once more. Papers' presets have all their widths, and fewer positions and
    /// evaluations than on a GPU; their vocabularies are those of the tiny text.
    /// </summary>
    [Theory]
    [InlineData("transformer", "quick", 60, "--batch 2")]
    [InlineData("transformer", "full", 60, "--batch 2")]
    [InlineData("transformer", "wikitext103", 12, Tiny + " --limit 4 --backward-limit 4")]
    [InlineData("transformer", "wikitext103-jr", 12, Tiny + " --limit 4 --backward-limit 4 --frequency 1")]
    [InlineData("trellis", "quick", 60, "--batch 2")]
    [InlineData("trellis", "ptb", 12, Tiny + " --limit 4 --backward-limit 4")]
    [InlineData("trellis", "wikitext103", 12, Tiny + " --limit 4 --backward-limit 4")]
    [InlineData("revdeq-lm", "quick", 60, "--batch 2")]
    [InlineData("revdeq-lm", "wikitext103", 12, Tiny)]
    public void Preset_TrainsOnTinyDataInItsFormat(string command, string preset, int lines, string smaller)
    {
        using var folder = new TemporaryFolder();
        bool penn = preset == "ptb";
        string text = string.Concat(Enumerable.Range(0, lines).Select(i => $" word{i % 11} and word{i % 7} are <unk> .\n"));
        foreach (string split in new[] { "train", "valid", "test" }) File.WriteAllText(folder.File(penn ? $"ptb.{split}.txt" : $"wiki.{split}.tokens"), text);

        string trained = Run(0, [command, "train", "--preset", preset, "--data", folder.Path, "--out", folder.File("out"), "--steps", "3", "--pretrain-steps", "2", "--plain",
            .. smaller.Split(' ')]);
        string evaluated = Run(0, command, "eval", "--checkpoint", folder.File("out/model.deq"), "--plain");

        Assert.Contains("parameters", trained);
        // The count and the paper's, in the run and in its report.
        Assert.Equal(preset is not ("quick" or "full"), trained.Contains("the paper's:"));
        Assert.Equal(preset is not ("quick" or "full"), File.ReadAllText(folder.File("out/report.html")).Contains("the paper&#39;s:"));
        Assert.Equal(Perplexities(trained), Perplexities(evaluated));
        Assert.True(File.Exists(folder.File("out/report.html")));
    }

    [Theory]
    [InlineData(2, "'quik'", "transformer --preset quik")]
    [InlineData(1, "--gradient reversible", "transformer --beta 0.5")]
    [InlineData(1, "--gamma 1 would do nothing", "revdeq-lm --gamma 1")]
    [InlineData(1, "--solver would do nothing", "revdeq-lm --solver picard")]
    [InlineData(1, "--limit would do nothing", "transformer --gradient reversible --limit 3")]
    [InlineData(1, "--limit-spread would do nothing", "transformer --gradient reversible --limit-spread 2")]
    [InlineData(1, "--gradient-steps would do nothing", "transformer --gradient jacobian-free --gradient-steps 3")]
    [InlineData(1, "--beta 1:", "transformer --gradient reversible --beta 1")]
    [InlineData(1, "--width 33 is odd", "transformer --width 33 --heads 3")]
    [InlineData(1, "--memory 8", "revdeq-lm --cell revdeq --memory 8")]
    [InlineData(1, "--gradient phantom", "revdeq-lm --cell revdeq --gradient phantom")]
    [InlineData(2, "'reversible'", "trellis --gradient reversible")]
    public void SettingsThatDoNotFitTogether_AreRefusedWithTheWayOut(int code, string expected, string arguments)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(expected, Run(code, [.. arguments.Split(' '), "--out", folder.Path]));
    }

    [Fact]
    public void TheirNumbers_AreThePapers()
    {
        // Bai, Koltun, Kolter 2021, table 4, WikiText-103.
        LanguageSettings settings = Presets("transformer").Single(known => known.Name == "wikitext103-jr").Settings;

        Assert.Equal((700, 10, 150, true, 0.06), (settings.Model.Width, settings.Model.Heads, settings.Model.Sequence, settings.Model.WeightNorm, settings.Model.Dropout));
        Assert.Equal(("broyden", 12, 12, 1e-3, 1e-4), (settings.Solve.Solver, settings.Solve.Limit, settings.Solve.BackwardLimit, settings.Solve.Tolerance, settings.Solve.BackwardTolerance));
        Assert.Equal((1.6, 2.5, 0.35, 2), (settings.Gamma, settings.LastGamma, settings.Frequency, settings.LimitSpread));
        Assert.Equal((60, 2.5e-4), (settings.Batch, settings.LearningRate));
        // 23 epochs of 103 million tokens, in steps of 60 x 150; one of them is the warm-up.
        Assert.InRange(settings.TotalSteps, 23 * 11_000, 23 * 12_000);
        Assert.Equal(settings.TotalSteps / 23, settings.WarmUpSteps);
    }

    /// <summary>The rates of the authors' scripts: DEQ-TrellisNet's on WikiText-103, TrellisNet's on the Penn Treebank.</summary>
    [Theory]
    [InlineData("transformer", "wikitext103", 0.05, 0.05, 0.05, 0, 0)]
    [InlineData("transformer", "wikitext103-jr", 0.06, 0.06, 0.06, 0, 0)]
    [InlineData("trellis", "wikitext103", 0.1, 0.1, 0.1, 0, 0)]
    [InlineData("trellis", "ptb", 0.28, 0.45, 0.45, 0.1, 0.5)]
    public void TheirDropout_IsTheAuthors(string command, string preset, double hidden, double input, double output, double word, double weight)
    {
        ModelSettings model = Presets(command).Single(known => known.Name == preset).Settings.Model;

        Assert.Equal((hidden, input, output, word), (model.Dropout, model.InputDropout, model.OutputDropout, model.WordDropout));
        Assert.Equal(weight, model.Trellis?.WeightDropout ?? 0);
    }

    private static IReadOnlyList<LanguagePreset> Presets(string command) => command switch
    {
        "transformer" => LanguagePresets.Transformer,
        "trellis" => LanguagePresets.Trellis,
        _ => LanguagePresets.Reversible,
    };

    private static string[] Perplexities(string output)
    {
        string row = output.Split('\n').Last(line => line.StartsWith("DEQ-", StringComparison.Ordinal) || line.StartsWith("RevDEQ ", StringComparison.Ordinal));
        return [.. row.Split("  ", StringSplitOptions.RemoveEmptyEntries).Skip(3).Take(2).Select(cell => cell.Trim())];
    }

    private static string Run(int expected, params string[] arguments)
    {
        var output = new StringWriter();
        int code = SampleProgram.Run(arguments, output, output);
        Assert.True(code == expected, output.ToString());
        return output.ToString();
    }
}
