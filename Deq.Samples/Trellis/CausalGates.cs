using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>The causal convolutions from which TrellisNet's four gates are made.</summary>
internal static class CausalGates
{
    /// <summary>From <paramref name="channels"/> channels to the four gates; it reads what <see cref="Shifted"/> gives.</summary>
    public static nn.Module<Tensor, Tensor> Convolution(int channels, TrellisSettings settings, bool bias) => settings.WeightNorm
        ? new WeightNormConv1d(channels, 4L * settings.Width, settings.Kernel, hasBias: bias)
        : nn.Conv1d(channels, 4L * settings.Width, settings.Kernel, bias: bias);

    /// <summary>Lets the kernels begin normally distributed with this standard deviation.</summary>
    public static void StartAt(nn.Module<Tensor, Tensor> convolution, double deviation)
    {
        using IDisposable untaped = no_grad();
        using DisposeScope scope = NewDisposeScope();
        if (convolution is WeightNormConv1d)
        {
            // The kernels are g v/||v||: v decides their direction, g their norm.
            Parameter direction = convolution.get_parameter("weight_v")!, norm = convolution.get_parameter("weight_g")!;
            direction.normal_(0, deviation);
            norm.copy_(linalg.vector_norm(direction.flatten(1), 2, [1]).view(norm.shape));
        }
        else
        {
            convolution.get_parameter("weight")!.normal_(0, deviation);
        }
    }

    /// <summary>A sequence with zeros before its first position, B x C x T to B x C x (reach + T): nothing sees what comes later.</summary>
    public static Tensor Shifted(Tensor sequence, int reach) => nn.functional.pad(sequence, [reach, 0]);
}
