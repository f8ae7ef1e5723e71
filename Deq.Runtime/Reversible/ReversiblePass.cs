using Deq.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Reversible;

/// <summary>One forward and backward pass of a reversible layer, over tensors as its autograd function has them.</summary>
internal sealed class ReversiblePass(ReversibleIteration iteration, int inputs, EquilibriumStatistics statistics)
{
    public ReversibleIteration Iteration => iteration;
    public string Layer => iteration.Settings.Layer;
    public int Inputs => inputs;
    public EquilibriumStatistics Statistics => statistics;

    /// <summary>Of start, inputs and parameters, which want a gradient.</summary>
    public bool[] Wanted { get; set; } = [];

    /// <summary>The penalty that the call drew; its term must have been read by the time of the backward pass.</summary>
    public Action? Settle { get; set; }

    /// <summary>Told of the inputs and z_N at the end of the steps.</summary>
    public Action<Tensor[], Tensor>? Solved { get; init; }

    /// <summary>What the steps kept, and last y_N and z_N.</summary>
    public List<Tensor> Pairs { get; private set; } = [];

    /// <summary>z_N, in the cell's type.</summary>
    public Tensor Value => Pairs[^1].to(iteration.Type);

    /// <summary>The steps, on no tape.</summary>
    public void Run(Tensor start, Tensor[] x)
    {
        try
        {
            Pairs = iteration.Forward(start, x);
            Solved?.Invoke(x, Value);
        }
        catch (EquilibriumSolveException e)
        {
            statistics.Forward = e.Statistics;
            throw;
        }
        finally
        {
            statistics.Forward ??= iteration.Statistics;
        }
    }

    /// <param name="pairs">What the forward pass kept.</param>
    /// <param name="tensors">Start, inputs, parameters.</param>
    /// <param name="gradient">dL/dz_N.</param>
    /// <returns>The gradients of <paramref name="tensors"/>; null where none is wanted or there is none.</returns>
    public Tensor?[] Backward(List<Tensor> pairs, List<Tensor> tensors, Tensor gradient)
    {
        var failed = FailedSamples.Of(statistics.Forward!);
        var x = tensors.GetRange(1, inputs).Select((t, i) => t.detach().requires_grad_(Wanted[1 + i])).ToArray();
        Tensor[] leaves = [.. x, .. tensors.Skip(1 + inputs)];
        var wanted = leaves.Where((_, i) => Wanted[1 + i]).ToArray();
        // The parameters' own gradients are set aside: autograd.backward adds to them, and what it adds here belongs to this node's result.
        var before = wanted.Select(t => t.grad).ToArray();
        foreach (var t in wanted) t.grad = null;
        try
        {
            var start = iteration.Backward(pairs, tensors[0], x, wanted, gradient, failed);
            Tensor?[] result = [Wanted[0] ? start : null, .. leaves.Select((t, i) => Wanted[1 + i] ? t.grad : null)];
            if (result.Any(g => g is not null && !g.isfinite().all().item<bool>()))
                throw new EquilibriumException($"{Layer}: {WhyNotFinite(gradient, failed)}");
            return result;
        }
        finally
        {
            for (var i = 0; i < wanted.Length; i++) wanted[i].grad = before[i];
        }
    }

    private string WhyNotFinite(Tensor gradient, FailedSamples? failed)
    {
        var given = ReversibleIteration.NotFinite(gradient).Where(b => failed?.Flags[b] != true).ToArray();
        if (given.Length > 0)
            return $"dL/dz is not finite for {SolveMessage.Samples(given)}, before the reversible steps are undone. Look at the loss, and at what stands between it and the layer.";
        if (iteration.HasRebuiltFiniteStates)
            return "the cell's derivative is not finite at states that are: look in the cell for a square root, norm or division at 0, and for numbers near the end of their type's range.";
        return $"undoing the reversible steps gave states that are not finite. {iteration.Settings.Advice}";
    }
}
