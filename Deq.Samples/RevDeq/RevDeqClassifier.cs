using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>
/// The multi-scale implicit ResNet (McCallum, Arora, Foster 2025): a convolution, stages x + DEQ(x) with downsampling blocks between them,
/// average pooling, a linear map.
/// </summary>
internal sealed class RevDeqClassifier : ImageClassifier
{
    private readonly Sequential stem;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> stages = [];
    private readonly ModuleList<DownsamplingBlock> between = [];
    private readonly Linear linear;

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public RevDeqClassifier(RevDeqSettings settings) : base(nameof(RevDeqClassifier))
    {
        settings.Check();
        IsEquilibrium = settings.Kind == ModelKind.Equilibrium;
        stem = nn.Sequential(
            Blocks.Convolution3(settings.Input.Channels, settings.Channels[0], stride: settings.SmallStem ? 2 : 1), nn.BatchNorm2d(settings.Channels[0]), nn.ReLU());
        for (int stage = 0; stage < settings.Channels.Count; stage++)
        {
            if (stage > 0) between.Add(new DownsamplingBlock(settings.Channels[stage - 1], settings.Channels[stage]));
            stages.Add(IsEquilibrium ? new ReversibleStage(settings, stage) : new ExplicitStage(settings, stage));
        }

        linear = nn.Linear(settings.Channels[^1], settings.Classes);
        RegisterComponents();
    }

    public override bool IsEquilibrium { get; }

    public override bool SolvesNow => IsEquilibrium;

    /// <summary>Nothing: the reversible iteration needs no pre-training, its gradient is exact from the first step on.</summary>
    public override void UseStackedApplications(int times)
    {
    }

    /// <param name="images">B x C x H x W.</param>
    /// <returns>B x classes.</returns>
    public override Tensor forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor state = stem.call(images);
        for (int stage = 0; stage < stages.Count; stage++)
        {
            if (stage > 0) state = between[stage - 1].call(state);
            state = state + stages[stage].call(state);
        }

        return linear.call(state.mean([2, 3])).MoveToOuterDisposeScope();
    }
}
