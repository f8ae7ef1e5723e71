using Deq.Samples.Images;
using Deq.Samples.Language;
using Deq.Samples.Mdeq;
using Deq.Samples.RevDeq;
using Deq.Samples.Synthetic;

namespace Deq.Tests.Samples;

/// <summary>The papers' presets have the papers' numbers, written down here once more.</summary>
public class PaperSettingsTests
{
    [Fact]
    public void MdeqOnCifar10WithThePenalty_IsTable4()
    {
        ImagePreset<MdeqSettings> preset = MdeqPresets.All.Single(known => known.Name == "cifar10-jr");
        ImageSettings training = preset.Training;

        Assert.Equal(("anderson", 7, 8, 1e-3, 1e-4), (training.Solve.Solver, training.Solve.Limit, training.Solve.BackwardLimit, training.Solve.Tolerance, training.Solve.BackwardTolerance));
        Assert.Equal((96, 200 * 50_000L, 1e-3, 0.0), (training.Batch, training.Images, training.LearningRate, training.LastShare));
        Assert.Equal((0.5, 0.05, 0.25, true), (training.Gamma, training.Frequency, preset.Form.Dropout, preset.Form.WeightNorm));
        Assert.Contains("table 4", preset.Description);
    }

    [Fact]
    public void MdeqOnImageNetWithThePenalty_IsTable4()
    {
        ImagePreset<MdeqSettings> preset = MdeqPresets.All.Single(known => known.Name == "imagenet-small-jr");
        ImageSettings training = preset.Training;

        Assert.Equal(("broyden", 14, 14), (training.Solve.Solver, training.Solve.Limit, training.Solve.BackwardLimit));
        Assert.Equal((112, ImageOptimizer.Sgd, 0.05, 5e-5, 0.0), (training.Batch, training.Optimizer, training.LearningRate, training.WeightDecay, training.LastShare));
        Assert.Equal((2.0, 3.0, 0.1, 0.02), (training.Gamma, training.LastGamma, training.Frequency, preset.Form.Dropout));
        Assert.Equal("32,64,128,256", string.Join(',', preset.Form.Channels));
        Assert.Equal(2, preset.Form.Downsamplings);
    }

    /// <summary>MDEQ-large on CIFAR-10 (Bai, Koltun, Kolter 2020), as its authors' code has it.</summary>
    [Fact]
    public void MdeqOnCifar10_IsTheAuthorsCode()
    {
        ImagePreset<MdeqSettings> preset = MdeqPresets.All.Single(known => known.Name == "cifar10");
        ImageSettings training = preset.Training;

        Assert.Equal(("32,64,128,256", "14,28,56,112", 1680), (string.Join(',', preset.Form.Channels), string.Join(',', preset.Form.HeadChannels!), preset.Form.FinalChannels));
        Assert.Equal((Deq.Samples.Mdeq.CellKind.Residual, 5, 8, true, true, 0, 0.3), (preset.Form.Cell, preset.Form.Expansion, preset.Form.Groups, preset.Form.WeightNorm, preset.Form.SmallStart, preset.Form.Downsamplings, preset.Form.Dropout));
        Assert.Equal((18, 20, 1e-3, 1e-4), (training.Solve.Limit, training.Solve.BackwardLimit, training.Solve.Tolerance, training.Solve.BackwardTolerance));
        Assert.Equal((128, 220 * 50_000L, ImageOptimizer.Adam, 1e-3, 0.0), (training.Batch, training.Images, training.Optimizer, training.LearningRate, training.LastShare));
        Assert.Equal((20_000, 10, 0.0, Augmentation.ShiftAndFlip), (training.PretrainSteps, training.PretrainLayers, training.Gamma, training.Augmentation));
    }

    /// <summary>MDEQ-small on ImageNet, the same.</summary>
    [Fact]
    public void MdeqOnImageNet_IsTheAuthorsCode()
    {
        ImagePreset<MdeqSettings> preset = MdeqPresets.All.Single(known => known.Name == "imagenet-small");
        ImageSettings training = preset.Training;

        Assert.Equal(("32,64,128,256", "24,48,96,192", 2048, 0.0), (string.Join(',', preset.Form.Channels), string.Join(',', preset.Form.HeadChannels!), preset.Form.FinalChannels, preset.Form.Dropout));
        Assert.Equal((26, 27, 510_000, 5), (training.Solve.Limit, training.Solve.BackwardLimit, training.PretrainSteps, training.PretrainLayers));
        Assert.Equal((128, ImageOptimizer.Sgd, 0.05, 5e-5, 0.0), (training.Batch, training.Optimizer, training.LearningRate, training.WeightDecay, training.Gamma));
        // 100 epochs of 1.28 million images.
        Assert.InRange(training.TotalSteps, 1_000_000, 1_002_000);
    }

    [Fact]
    public void RevDeqOnCifar10_IsTheAuthorsCode()
    {
        ImagePreset<RevDeqSettings> preset = RevDeqPresets.All.Single(known => known.Name == "cifar10");

        Assert.Equal(("128,256,256,128", "1,3,3,1"), (string.Join(',', preset.Form.Channels), string.Join(',', preset.Form.Widths)));
        Assert.Equal((0.8, 4, 1e-6), (preset.Form.Beta, preset.Form.Steps, preset.Form.Tolerance));
        // Its groups have 16 channels, and its first convolution keeps the resolution.
        Assert.Equal((16, false, new ImageShape(3, 32, 32)), (preset.Form.ChannelsPerGroup, preset.Form.SmallStem, preset.Form.Input));
        Assert.Equal((64, 3e-4, ImageOptimizer.AdamW), (preset.Training.Batch, preset.Training.LearningRate, preset.Training.Optimizer));
        Assert.Equal((ImageDataset.Cifar10, Augmentation.ShiftAndFlip), (preset.Training.Dataset, preset.Training.Augmentation));
    }

    /// <summary>Bai, Kolter, Koltun 2019 on WikiText-103: the form of the JR paper's preset, without its penalty and at the authors' limits.</summary>
    [Fact]
    public void TransformerOnWikiText_IsTheDeqPapers()
    {
        LanguageSettings settings = Language(LanguagePresets.Transformer, "wikitext103");
        ModelSettings model = settings.Model;

        Assert.Equal((700, 10, 48_000, 150, 150), (model.Width, model.Heads, model.FeedForward, model.Sequence, model.Memory));
        Assert.Equal(("20000,40000,200000", 4, false), (string.Join(',', model.Cutoffs), model.Divisor, model.Untied));
        Assert.Equal((NormPlacement.Post, FirstResidual.State, true, true, 0), (model.Norm, model.Residual, model.WeightNorm, model.SmallStart, model.Reach));
        Assert.Equal(("broyden", 30, 35, GradientMode.Implicit), (settings.Solve.Solver, settings.Solve.Limit, settings.Solve.BackwardLimit, settings.Solve.Gradient));
        Assert.Equal((60, 2.5e-4, 0.25, 32_000, 0.0), (settings.Batch, settings.LearningRate, settings.Clip, settings.PretrainSteps, settings.LastShare));
        Assert.Equal((0.0, null, 0), (settings.Gamma, settings.LastGamma, settings.LimitSpread));
        Assert.InRange(settings.TotalSteps, 23 * 11_000, 23 * 12_000);
    }

    /// <summary>The DEQ paper where it prints them, TrellisNet's authors' script where it does not (docs/language-presets.md).</summary>
    [Fact]
    public void TrellisOnThePennTreebank_IsThePapers()
    {
        LanguageSettings settings = Language(LanguagePresets.Trellis, "ptb");
        ModelSettings model = settings.Model;

        Assert.Equal((400, 1400, 2, 1), (model.Width, model.Trellis!.Hidden, model.Trellis.Kernel, model.Trellis.Dilation));
        // The paper trains on sequences of 75 to 150.
        Assert.InRange(model.Sequence, 75, 150);
        Assert.Equal((true, 1, 0, 0), (model.WeightNorm, model.Memory, model.Cutoffs.Count, model.Reach));
        Assert.Equal(("broyden", 30, 30, 1e-5, 1e-8), (settings.Solve.Solver, settings.Solve.Limit, settings.Solve.BackwardLimit, settings.Solve.Tolerance, settings.Solve.BackwardTolerance));
        Assert.Equal((16, 1e-3, 0.225, 1.2e-6, 0.0), (settings.Batch, settings.LearningRate, settings.Clip, settings.WeightDecay, settings.Gamma));
    }

    /// <summary>The DEQ authors' script for DEQ-TrellisNet.</summary>
    [Fact]
    public void TrellisOnWikiText_IsTheAuthorsScript()
    {
        LanguageSettings settings = Language(LanguagePresets.Trellis, "wikitext103");
        ModelSettings model = settings.Model;

        Assert.Equal((500, 2000, 2, 1, 100), (model.Width, model.Trellis!.Hidden, model.Trellis.Kernel, model.Trellis.Dilation, model.Sequence));
        Assert.Equal(("2800,20000,76000", 1, 1, true), (string.Join(',', model.Cutoffs), model.Divisor, model.Memory, model.WeightNorm));
        Assert.Equal(("broyden", 45, 45, 1e-5, 1e-8), (settings.Solve.Solver, settings.Solve.Limit, settings.Solve.BackwardLimit, settings.Solve.Tolerance, settings.Solve.BackwardTolerance));
        Assert.Equal((49, 1e-3, 0.07, 30_000, 0.0), (settings.Batch, settings.LearningRate, settings.Clip, settings.PretrainSteps, settings.Gamma));
        // 23 epochs of 103 million tokens, in steps of 49 x 100.
        Assert.InRange(settings.TotalSteps, 23 * 21_000, 23 * 21_100);
    }

    /// <summary>McCallum, Arora, Foster 2025, language: 768 wide, twelve heads, learned positions, four steps at b = 0.5.</summary>
    [Fact]
    public void RevDeqOnWikiText_IsTheAuthorsCode()
    {
        LanguageSettings settings = Language(LanguagePresets.Reversible, "wikitext103");
        ModelSettings model = settings.Model;

        Assert.Equal((Deq.Samples.Language.CellKind.RevDeq, 768, 12, 3072, 448), (model.Cell, model.Width, model.Heads, model.FeedForward, model.Sequence));
        Assert.Equal((0, true, 0, 0), (model.Cutoffs.Count, model.Untied, model.Memory, model.Reach));
        Assert.Equal((0.5, 4, 1e-3), (model.Reversible!.Beta, model.Reversible.Steps, model.Reversible.Tolerance));
        Assert.Equal((32, 3e-4, true, 0, 0.0), (settings.Batch, settings.LearningRate, settings.Decoupled, settings.PretrainSteps, settings.Gamma));
        // Ten epochs of 103 million tokens, in steps of 32 x 448.
        Assert.InRange(settings.TotalSteps, 10 * 7_200, 10 * 7_201);
    }

    [Fact]
    public void Synthetic_IsTable4()
    {
        SyntheticSettings paper = SyntheticSettings.Paper;

        Assert.Equal((50, 64, 1e-3, 50, 0.4), (paper.Epochs, paper.Batch, paper.LearningRate, paper.Hidden, paper.Frequency));
        Assert.Equal((CubicLayer.PaperLimit, double.PositiveInfinity), (paper.Limit, paper.Clip));
        Assert.Equal("0,1,2,4", string.Join(',', paper.Gammas));
    }

    private static LanguageSettings Language(IReadOnlyList<LanguagePreset> presets, string name) => presets.Single(known => known.Name == name).Settings;
}
