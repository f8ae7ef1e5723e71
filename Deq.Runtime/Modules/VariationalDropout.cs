using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>What a dropout mask covers.</summary>
public enum DropoutMask
{
    /// <summary>Every element on its own.</summary>
    Element,

    /// <summary>B x C x ...: whole channels, the mask is B x C x 1 ....</summary>
    Channel,

    /// <summary>B x T x D: whole tokens, the mask is B x T x 1.</summary>
    Token,
}

/// <summary>
/// Dropout whose mask, Bernoulli(1 - p)/(1 - p), is drawn once per solve: f stays the same function over all evaluations, the recorded
/// one included (Bai, Kolter, Koltun 2019). In eval mode, and outside a solve's training, it is the identity or ordinary dropout.
/// </summary>
/// <remarks>Use one module per place in the cell: a module has one mask per solve.</remarks>
public sealed class VariationalDropout : nn.Module<Tensor, Tensor>, IPerSolve
{
    private readonly double probability;
    private readonly DropoutMask shape;
    private readonly SolveCache mask = new();

    /// <summary>A dropout of probability p.</summary>
    /// <param name="p">Probability that an element is zeroed, in [0, 1).</param>
    /// <param name="mask">What the mask covers.</param>
    public VariationalDropout(double p = 0.5, DropoutMask mask = DropoutMask.Element) : base(nameof(VariationalDropout))
    {
        if (p is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(p), p, $"p is {p}; it is the probability that an element is zeroed, in [0, 1).");
        (probability, shape) = (p, mask);
    }

    /// <summary>The masked input.</summary>
    /// <param name="input">B x ....</param>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!training || probability == 0) return input.alias();
        var size = MaskShape(input.shape);
        var fixedMask = mask.GetConstant(() => empty(size, input.dtype, input.device).bernoulli_(1 - probability).div_(1 - probability));
        if (!fixedMask.shape.AsSpan().SequenceEqual(size))
            throw new EquilibriumException($"A VariationalDropout met inputs of two shapes in one solve: its mask is [{string.Join(", ", fixedMask.shape)}], this input needs [{string.Join(", ", size)}]. Use one module per place in the cell.");
        return input * fixedMask;
    }

    /// <inheritdoc/>
    public void BeginSolve() => mask.Begin();

    /// <inheritdoc/>
    public void BeginRepetition(object? snapshot) => mask.BeginRepetition(snapshot);

    /// <inheritdoc/>
    public object? Snapshot() => mask.Constant;

    /// <inheritdoc/>
    public void EndSolve() => mask.End();

    private long[] MaskShape(long[] input) => shape switch
    {
        DropoutMask.Channel => [.. input.Select((n, i) => i < 2 ? n : 1)],
        DropoutMask.Token => [.. input.Select((n, i) => i < input.Length - 1 ? n : 1)],
        _ => input,
    };
}
