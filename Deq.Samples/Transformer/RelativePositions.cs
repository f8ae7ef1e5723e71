using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>
/// What the attention knows of distances: a learned map of sinusoids, one vector a head and distance
/// (Dai et al. 2019, Transformer-XL, section 3.3). It depends on no state, so it is computed once per solve and injected.
/// </summary>
internal sealed class RelativePositions : nn.Module<long, Tensor>
{
    /// <summary>The longest wave of the sinusoids, in words, over 2 pi (Vaswani et al. 2017, section 3.5).</summary>
    private const double LongestWave = 10_000;

    private readonly nn.Module<Tensor, Tensor> map;
    private readonly int width, heads;

    public RelativePositions(int width, int heads, bool weightNorm) : base(nameof(RelativePositions))
    {
        (this.width, this.heads) = (width, heads);
        map = Maps.Linear(width, width, bias: false, weightNorm);
        RegisterComponents();
    }

    /// <param name="length">Number of words T.</param>
    /// <returns>heads x width/heads x T; the last column belongs to distance 0, the first to T - 1.</returns>
    public override Tensor forward(long length)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = parameters().First().device;
        Tensor distances = arange(length - 1, -1, -1, dtype: ScalarType.Float32, device: device).unsqueeze(1);
        Tensor rates = arange(0, width, 2, dtype: ScalarType.Float32, device: device).mul(-Math.Log(LongestWave) / width).exp();
        Tensor angles = distances * rates;
        Tensor waves = cat([angles.sin(), angles.cos()], 1);
        return map.call(waves).view(length, heads, width / heads).permute(1, 2, 0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Turns scores by distance (... x T x K, columns as above, for the last T of K words) into scores by position: row i is shifted left by
    /// T - 1 - i, done for all rows at once by reading the rows, one zero put before each, at a length that is off by one.
    /// What lies right of the word itself is of no use and for the causal mask to hide.
    /// </summary>
    public static Tensor Shift(Tensor scores)
    {
        long batch = scores.shape[0], heads = scores.shape[1], length = scores.shape[2], all = scores.shape[3];
        return nn.functional.pad(scores, [1, 0]).view(batch, heads, all + 1, length).narrow(2, 1, all).reshape(batch, heads, length, all);
    }
}
