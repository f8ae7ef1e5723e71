using Deq.Samples.Images;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>Images in, logits of classes out: stem, multiscale equilibrium, head.</summary>
internal sealed class MdeqClassifier : ImageClassifier
{
    private readonly ModelKind kind;
    private readonly Stem stem;
    private readonly ScalesBody body;
    private readonly nn.Module<Tensor[], Tensor> head;

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public MdeqClassifier(MdeqSettings settings) : base(nameof(MdeqClassifier))
    {
        settings.Check();
        kind = settings.Kind;
        stem = new Stem(settings);
        body = ScalesBody.Create(settings);
        head = settings.HeadChannels is null ? new PooledHead(settings) : new PyramidHead(settings);
        RegisterComponents();
        if (settings.SmallStart) SmallStart.Apply(body);
    }

    public override bool IsEquilibrium => body is EquilibriumScales && kind == ModelKind.Equilibrium;

    public override bool SolvesNow => body is EquilibriumScales { Applications: 0 };

    public override void UseStackedApplications(int times)
    {
        if (IsEquilibrium && body is EquilibriumScales scales) scales.Applications = times;
    }

    /// <param name="images">B x C x H x W.</param>
    /// <returns>B x classes.</returns>
    public override Tensor forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return head.call(body.call(stem.call(images))).MoveToOuterDisposeScope();
    }
}
