using Deq.Samples.Images;
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

    [Fact]
    public void RevDeqOnCifar10_IsTheAuthorsCode()
    {
        ImagePreset<RevDeqSettings> preset = RevDeqPresets.All.Single(known => known.Name == "cifar10");

        Assert.Equal(("128,256,256,128", "1,3,3,1"), (string.Join(',', preset.Form.Channels), string.Join(',', preset.Form.Widths)));
        Assert.Equal((0.8, 4, 1e-6), (preset.Form.Beta, preset.Form.Steps, preset.Form.Tolerance));
        Assert.Equal((64, 3e-4, ImageOptimizer.AdamW), (preset.Training.Batch, preset.Training.LearningRate, preset.Training.Optimizer));
    }

    [Fact]
    public void Synthetic_IsTable4()
    {
        SyntheticSettings paper = SyntheticSettings.Paper;

        Assert.Equal((50, 64, 1e-3, 50, 0.4), (paper.Epochs, paper.Batch, paper.LearningRate, paper.Hidden, paper.Frequency));
        Assert.Equal("0,1,2,4", string.Join(',', paper.Gammas));
    }
}
