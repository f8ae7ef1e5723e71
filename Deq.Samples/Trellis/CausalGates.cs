using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>The causal convolutions from which TrellisNet's four gates are made.</summary>
internal static class CausalGates
{
    /// <summary>From <paramref name="channels"/> channels to the four gates of <paramref name="hidden"/>; it reads what <see cref="Shifted"/> gives.</summary>
    public static nn.Module<Tensor, Tensor> Convolution(int channels, int hidden, int kernel, bool bias, bool weightNorm) => weightNorm
        ? new WeightNormConv1d(channels, 4L * hidden, kernel, hasBias: bias)
        : nn.Conv1d(channels, 4L * hidden, kernel, bias: bias);

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

    /// <summary>LSTM gates at every position: the cell state carries on from the position before.</summary>
    /// <param name="sum">What the four gates are given, B x 4H x T.</param>
    /// <param name="cell">c, B x H x T.</param>
    /// <param name="before">c at the position before, B x H x 1 or more; null for zero.</param>
    public static (Tensor Hidden, Tensor Cell) Open(Tensor sum, Tensor cell, Tensor? before)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = sum.chunk(4, 1);
        Tensor carried = Shifted(cell, 1, before).narrow(2, 0, cell.shape[2]);
        Tensor next = (parts[0].sigmoid() * carried) + (parts[1].sigmoid() * parts[2].tanh());
        Tensor output = parts[3].sigmoid() * next.tanh();
        return (output.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    /// <summary>A sequence after what came before it, B x C x T to B x C x (reach + T): nothing sees what comes later.</summary>
    /// <param name="sequence">B x C x T.</param>
    /// <param name="reach">Positions put before it.</param>
    /// <param name="before">The last positions before it, B x C x at least reach; null for zeros.</param>
    public static Tensor Shifted(Tensor sequence, int reach, Tensor? before = null) => before is null
        ? nn.functional.pad(sequence, [reach, 0])
        : cat([before.narrow(2, before.shape[2] - reach, reach), sequence], 2);
}
