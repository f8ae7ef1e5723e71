using Deq.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>
/// A scale of the papers' cell: conv3x3 to e times the channels, GroupNorm, activation, conv3x3 back, variational dropout, plus the injection,
/// GroupNorm, plus the state, activation, GroupNorm (Bai, Koltun, Kolter 2020, appendix A).
/// </summary>
internal sealed class ResidualBranch : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> widening, narrowing;
    private readonly GroupNorm innerNorm, injectedNorm, outputNorm;
    private readonly VariationalDropout dropout;
    private readonly Func<Tensor, Tensor> activation;

    public ResidualBranch(MdeqSettings settings, int channels) : base(nameof(ResidualBranch))
    {
        Channels = channels;
        int inner = channels * settings.Expansion;
        widening = Blocks.Convolution3(channels, inner, settings.WeightNorm);
        narrowing = Blocks.Convolution3(inner, channels, settings.WeightNorm);
        innerNorm = Blocks.Norm(settings.Groups, inner);
        injectedNorm = Blocks.Norm(settings.Groups, channels);
        outputNorm = Blocks.Norm(settings.Groups, channels);
        dropout = new VariationalDropout(settings.Dropout, DropoutMask.Channel);
        activation = Blocks.Of(settings.Activation);
        RegisterComponents();
    }

    public int Channels { get; }

    /// <param name="state">B x C x H x W.</param>
    /// <param name="injected">The same shape; null where this scale gets no input.</param>
    public override Tensor forward(Tensor state, Tensor? injected)
    {
        Tensor inner = dropout.call(narrowing.call(activation(innerNorm.call(widening.call(state)))));
        if (injected is not null) inner = inner + injected;
        return outputNorm.call(activation(injectedNorm.call(inner) + state));
    }
}
