using Deq.Samples.Mdeq;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>
/// f of a stage: GN(relu(z + GN(x + conv(relu(GN(conv z)))))), a residual block around the state with the input added inside (McCallum, Arora,
/// Foster 2025).
/// </summary>
internal sealed class StageCell : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> widening, narrowing;
    private readonly GroupNorm innerNorm, injectedNorm, outputNorm;

    public StageCell(RevDeqSettings settings, int stage) : base(nameof(StageCell))
    {
        int channels = settings.Channels[stage], inner = channels * settings.Widths[stage];
        widening = Blocks.Convolution3(channels, inner);
        narrowing = Blocks.Convolution3(inner, channels);
        innerNorm = Blocks.Norm(inner / settings.ChannelsPerGroup, inner);
        injectedNorm = Blocks.Norm(channels / settings.ChannelsPerGroup, channels);
        outputNorm = Blocks.Norm(channels / settings.ChannelsPerGroup, channels);
        RegisterComponents();
    }

    /// <param name="state">B x C x H x W.</param>
    /// <param name="input">The same.</param>
    public override Tensor forward(Tensor state, Tensor input)
    {
        Tensor inner = narrowing.call(nn.functional.relu(innerNorm.call(widening.call(state))));
        return outputNorm.call(nn.functional.relu(state + injectedNorm.call(input + inner)));
    }
}
