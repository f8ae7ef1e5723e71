using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>
/// The implicit gradient by dense algebra: J by products with the unit vectors, u = (I - J^T)^-1 dL/dz* solved directly, and one backward pass of
/// f with u (DEQ theorem 1). Exact to rounding, whatever the solvers do.
/// </summary>
internal static class DenseGradient
{
    /// <summary>The most numbers in a batch's states for which it is done unasked: as many products, and a matrix of their square.</summary>
    public const long Largest = 400;

    /// <param name="cell">f.</param>
    /// <param name="point">z*, B x ....</param>
    /// <param name="loss">L as a function of the state.</param>
    /// <param name="leaves">What the gradient is of.</param>
    /// <returns>One gradient per leaf, its numbers in order.</returns>
    public static double[][] Of(Func<Tensor, Tensor> cell, Tensor point, Func<Tensor, Tensor> loss, IReadOnlyList<Tensor> leaves)
    {
        using var watch = new BackwardFailure.Watch();
        try
        {
            return Solved(cell, point, loss, leaves);
        }
        catch (Exception) when (watch.Failure is { } failure)
        {
            // Of a layer in the cell: its own words, and not the engine's.
            throw failure;
        }
    }

    private static double[][] Solved(Func<Tensor, Tensor> cell, Tensor point, Func<Tensor, Tensor> loss, IReadOnlyList<Tensor> leaves)
    {
        using var scope = NewDisposeScope();
        using var taped = enable_grad();
        var z = point.detach().requires_grad_();
        var g = Gradient(loss(z), z, null);
        var tape = Tape.Record(cell, point);
        var n = point.numel();
        var transposed = zeros(n, n, point.dtype, point.device);
        for (long i = 0; i < n; i++)
        {
            using var product = NewDisposeScope();
            var unit = zeros(n, point.dtype, point.device);
            unit[i] = tensor(1.0, point.dtype, point.device);
            // J^T e_i, a column of J^T.
            transposed.select(1, i).copy_(tape.TransposedJacobianTimes(unit.view(point.shape)).reshape(n));
        }
        var u = linalg.solve(eye(n, n, point.dtype, point.device) - transposed, g.reshape(n, 1)).view(point.shape).detach();
        var gradients = new double[leaves.Count][];
        for (var i = 0; i < gradients.Length; i++)
        {
            using var one = NewDisposeScope();
            gradients[i] = Gradient(tape.Evaluation, leaves[i], u).cpu().contiguous().data<double>().ToArray();
        }
        return gradients;
    }

    // Into the leaf's grad, whose failures are exceptions, and not by autograd.grad, whose failure ends the process on TorchSharp.
    private static Tensor Gradient(Tensor value, Tensor leaf, Tensor? u)
    {
        if (!value.requires_grad) return zeros_like(leaf);
        var before = leaf.grad;
        leaf.grad = null;
        try
        {
            autograd.backward([value], u is null ? null : [u], retain_graph: true, inputs: [leaf]);
            return leaf.grad?.detach() ?? zeros_like(leaf);
        }
        finally
        {
            leaf.grad = before;
        }
    }
}
