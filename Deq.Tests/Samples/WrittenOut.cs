using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>Norms and activations written out in sums, products and roots: what a model's own modules are held against.</summary>
internal static class WrittenOut
{
    // torch's default in layer, group and batch normalisation.
    private const double Epsilon = 1e-5;

    /// <summary>Layer normalisation over the last dimension, without scale and shift.</summary>
    public static Tensor LayerNorm(Tensor x)
    {
        Tensor centred = x - x.mean([-1], keepdim: true);
        return centred / (centred.square().mean([-1], keepdim: true) + Epsilon).sqrt();
    }

    /// <summary>Group normalisation of B x C x H x W; scale and shift per channel, null for none.</summary>
    public static Tensor GroupNorm(Tensor x, long groups, Tensor? scale = null, Tensor? shift = null)
    {
        Tensor normalised = LayerNorm(x.reshape(x.shape[0], groups, -1)).reshape(x.shape);
        return scale is null ? normalised : normalised * scale.view(1, -1, 1, 1) + shift!.view(1, -1, 1, 1);
    }

    /// <summary>Batch normalisation in eval mode, by the statistics of a state dictionary.</summary>
    public static Tensor BatchNorm(Tensor x, IReadOnlyDictionary<string, Tensor> state, string name)
    {
        Tensor Part(string part) => state[$"{name}.{part}"].view(1, -1, 1, 1);
        return (x - Part("running_mean")) / (Part("running_var") + Epsilon).sqrt() * Part("weight") + Part("bias");
    }

    /// <summary>max(0, x), or log(1 + e^x).</summary>
    public static Tensor Activation(Tensor x, bool softplus) => softplus ? (x.exp() + 1).log() : x.clamp_min(0);

    /// <summary>x times the normal distribution's share below x.</summary>
    public static Tensor Gelu(Tensor x) => x * 0.5 * ((x / Math.Sqrt(2)).erf() + 1);

    /// <summary>The largest difference between two tensors of one shape.</summary>
    public static double Difference(Tensor expected, Tensor given)
    {
        Assert.Equal(expected.shape, given.shape);
        return (expected - given).abs().max().to_type(ScalarType.Float64).item<double>();
    }
}
