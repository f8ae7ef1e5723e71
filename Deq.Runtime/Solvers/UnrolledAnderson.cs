using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Anderson's iterates with the derivative that they have as functions of what came before: the mixing weights depend on the residuals, and
/// the gradient passes through them too. The values are those of the method itself, to the bit; a formula that autograd can
/// differentiate stands beside each step and adds its derivative, and nothing to its value.
/// </summary>
internal sealed class UnrolledAnderson(Anderson settings, Tensor start, FixedPointProblem problem) : SolverState
{
    private readonly SolverState plain = settings.Begin(start, problem);
    private readonly int memory = Math.Min(settings.Memory, problem.MaxEvaluations);
    private readonly double regularizer = Anderson.Regularizer(start.dtype);
    private readonly List<Tensor> images = [], residuals = [];    // the window, on the tape

    public override Tensor Measure(Tensor z, Tensor image) => plain.Measure(z, image);

    internal override Measurements? MeasureOnHost(Tensor z, Tensor image) => plain.MeasureOnHost(z, image);

    public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
    {
        Tensor next;
        using (no_grad()) next = plain.Next(z, image, numbers);
        if (images.Count == memory)
        {
            images.RemoveAt(0);
            residuals.RemoveAt(0);
        }
        // Beyond the scope of this evaluation: the next ones use them.
        images.Add(image.alias().MoveToOuterDisposeScope());
        residuals.Add((image - z).MoveToOuterDisposeScope());
        return UnrolledStep.WithDerivative(next, Formula());
    }

    public override void Dispose()
    {
        plain.Dispose();
        base.Dispose();
    }

    private Tensor Formula()
    {
        Tensor f = stack(images, 1), g = stack(residuals, 1);
        var weights = Weights(g.to(ScalarType.Float64)).to(f.dtype).unsqueeze(1);
        var mixed = bmm(weights, f).squeeze(1);
        return settings.Damping == 1 ? mixed : mixed - bmm(weights, g).squeeze(1) * (1 - settings.Damping);
    }

    /// <summary>B x m weights of sum 1, S y with (S H S + r I) y = S 1, H the Gram matrix and S = diag(1/||g_j||), over the residuals that the method keeps.</summary>
    private Tensor Weights(Tensor g)
    {
        long batch = g.shape[0], count = g.shape[1];
        var gram = bmm(g, g.transpose(1, 2));
        var kept = Kept(gram, (int)batch, (int)count);
        var squares = gram.diagonal(0, 1, 2);
        // A residual of zero has no direction, and the derivative of its root no value.
        var scale = where(kept, where(kept, squares, ones_like(squares)).rsqrt(), zeros_like(squares));
        var diagonal = where(kept, full_like(squares, regularizer), ones_like(squares));
        var matrix = gram * scale.unsqueeze(2) * scale.unsqueeze(1) + diagonal.diag_embed();
        var weights = linalg.solve(matrix, scale.unsqueeze(2)).squeeze(2) * scale;
        var sum = weights.sum(1, true);
        // Where no residual is left the next iterate is the newest image.
        var none = kept.any(1, true).logical_not();
        var newest = zeros_like(scale);
        newest.select(1, count - 1).fill_(1);
        return where(none, newest, weights / where(none, ones_like(sum), sum));
    }

    /// <summary>What the method leaves out, by its own rule: it has no weight.</summary>
    private Tensor Kept(Tensor gram, int batch, int count)
    {
        var numbers = gram.detach().cpu().contiguous().data<double>().ToArray();
        var kept = new bool[batch * count];
        for (var b = 0; b < batch; b++)
        {
            var mixing = new MixingWeights(count, regularizer);
            for (var i = 0; i < count; i++)
                for (var j = 0; j <= i; j++) mixing.SetGram(i, j, numbers[(b * count + i) * count + j]);
            var weights = new double[count];
            mixing.Solve(count - 1, count, weights);
            for (var j = 0; j < count; j++) kept[b * count + j] = weights[j] != 0 && numbers[(b * count + j) * count + j] > 0;
        }
        return tensor(kept, [batch, count], device: gram.device);
    }
}
