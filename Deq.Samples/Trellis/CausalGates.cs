using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>The causal convolutions from which TrellisNet's four gates are made.</summary>
internal static class CausalGates
{
    /// <summary>From <paramref name="channels"/> channels to the four gates of each hidden channel; it reads what <see cref="Shifted"/> gives.</summary>
    public static nn.Module<Tensor, Tensor> Convolution(int channels, TrellisSettings form, bool bias, bool weightNorm)
    {
        long gates = 4L * form.Hidden;
        if (form.WeightDropout > 0) return new DropConnectConv1d(channels, gates, form.Kernel, form.Dilation, bias, weightNorm, form.WeightDropout);
        return weightNorm
            ? new WeightNormConv1d(channels, gates, form.Kernel, dilation: form.Dilation, hasBias: bias)
            : nn.Conv1d(channels, gates, form.Kernel, dilation: form.Dilation, bias: bias);
    }

    /// <summary>Lets the kernels begin normally distributed with this standard deviation.</summary>
    public static void StartAt(nn.Module<Tensor, Tensor> convolution, double deviation)
    {
        using IDisposable untaped = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Parameter> kernels = convolution.named_parameters().ToDictionary(known => known.name, known => known.parameter);
        if (kernels.TryGetValue("weight_v", out Parameter? direction))
        {
            // The kernels are g v/||v||: v decides their direction, g their norm.
            Parameter norm = kernels["weight_g"];
            direction.normal_(0, deviation);
            norm.copy_(linalg.vector_norm(direction.flatten(1), 2, [1]).view(norm.shape));
        }
        else
        {
            kernels["weight"].normal_(0, deviation);
        }
    }

    /// <summary>Adds to what the forget gates begin with.</summary>
    public static void Remember(nn.Module<Tensor, Tensor> convolution, int hidden, double bias)
    {
        if (bias == 0) return;
        using IDisposable untaped = no_grad();
        using DisposeScope scope = NewDisposeScope();
        convolution.get_parameter("bias")!.narrow(0, 0, hidden).add_(bias);
    }

    /// <summary>LSTM gates at every position: the cell state carries on from the position a dilation before.</summary>
    /// <param name="sum">What the four gates are given, B x 4H x T: forget, input, candidate, output.</param>
    /// <param name="cell">c, B x H x T.</param>
    /// <param name="dilation">Positions over which the cell state carries on.</param>
    /// <param name="before">c at the positions before, B x H x so many or more; null for zero.</param>
    public static (Tensor Hidden, Tensor Cell) Open(Tensor sum, Tensor cell, int dilation, Tensor? before)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = sum.chunk(4, 1);
        Tensor carried = Shifted(cell, dilation, before).narrow(2, 0, cell.shape[2]);
        Tensor next = (parts[0].sigmoid() * carried) + (parts[1].sigmoid() * parts[2].tanh());
        Tensor output = parts[3].sigmoid() * next.tanh();
        return (output.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    /// <summary>A sequence after what came before it, B x C x T to B x C x (reach + T): nothing sees what comes later.</summary>
    /// <param name="sequence">B x C x T.</param>
    /// <param name="reach">Positions put before it.</param>
    /// <param name="before">The last positions before it, B x C x any; zeros stand in for those that it lacks, null for all.</param>
    public static Tensor Shifted(Tensor sequence, int reach, Tensor? before = null)
    {
        if (before is null) return nn.functional.pad(sequence, [reach, 0]);
        long known = Math.Min(reach, before.shape[2]);
        Tensor whole = cat([before.narrow(2, before.shape[2] - known, known), sequence], 2);
        return known < reach ? nn.functional.pad(whole, [reach - known, 0]) : whole;
    }
}
