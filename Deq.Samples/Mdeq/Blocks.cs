using Deq.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>The pieces that cells and heads are made of.</summary>
internal static class Blocks
{
    /// <summary>A 3 x 3 convolution that keeps the resolution, or halves it with stride 2.</summary>
    public static nn.Module<Tensor, Tensor> Convolution3(long from, long to, bool weightNorm = false, long stride = 1, bool bias = false) =>
        weightNorm
            ? new WeightNormConv2d(from, to, 3, stride, padding: 1, hasBias: bias)
            : nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: bias);

    /// <summary>A 1 x 1 convolution.</summary>
    public static nn.Module<Tensor, Tensor> Convolution1(long from, long to, bool weightNorm = false, long stride = 1) =>
        weightNorm
            ? new WeightNormConv2d(from, to, 1, stride, hasBias: false)
            : nn.Conv2d(from, to, 1, stride: stride, bias: false);

    /// <summary>Group normalisation that begins as one: TorchSharp's own leaves scale and shift uninitialised.</summary>
    public static TorchSharp.Modules.GroupNorm Norm(long groups, long channels, bool affine = true)
    {
        TorchSharp.Modules.GroupNorm norm = nn.GroupNorm(groups, channels, affine: affine);
        if (!affine) return norm;
        nn.init.ones_(norm.weight!);
        nn.init.zeros_(norm.bias!);
        return norm;
    }

    /// <summary>The cell's nonlinearity.</summary>
    public static Func<Tensor, Tensor> Of(Activation activation) => activation == Activation.Softplus
        ? static value => nn.functional.softplus(value)
        : static value => nn.functional.relu(value);
}
