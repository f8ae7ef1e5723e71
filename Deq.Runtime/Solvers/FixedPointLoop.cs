using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// The one loop of every fixed-point solve, forward and adjoint: it evaluates and counts, checks shapes and finiteness, keeps the best
/// iterate of every sample, records statistics, and opens and closes dispose scopes.
/// </summary>
public static class FixedPointLoop
{
    /// <summary>Solves z = f(z), every sample on its own, on no tape.</summary>
    /// <param name="f">Maps B x ... to the same shape.</param>
    /// <param name="start">z_0, B x ....</param>
    /// <param name="settings">Solver, limit, tolerance.</param>
    /// <param name="keep">Whether the result is the iterate z_k or its image f(z_k).</param>
    /// <returns>The result, in the shape of <paramref name="start"/> and in the caller's dispose scope.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="SolveSettings.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">f gives another shape, type or device than it was given.</exception>
    public static Solution Solve(Func<Tensor, Tensor> f, Tensor start, SolveSettings settings, Keep keep = Keep.Iterate)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(settings);
        if (start.dim() == 0) throw new EquilibriumException($"{settings.Subject} got a state without dimensions; dimension 0 of a state is the batch.");
        using var untaped = no_grad();
        using var scope = NewDisposeScope();
        var shape = start.shape;
        // Not -1: the rows of an empty batch have a length too.
        var z = start.detach().reshape(shape[0], shape.Skip(1).Aggregate(1L, (size, n) => size * n));
        var best = new BestIterate(z, settings);
        if (shape[0] > 0)
        {
            using var state = settings.Solver.Begin(z, settings.MaxEvaluations);
            for (var k = 1; ; k++)
            {
                using var step = NewDisposeScope();
                var image = Evaluate(f, z, shape, settings);
                var numbers = Measurements.Read(state.Measure(z, image));
                best.Offer(keep == Keep.Iterate ? z : image, numbers);
                if (best.AllDone || k == settings.MaxEvaluations) break;
                var next = state.Next(z, image, numbers);
                z.Dispose();
                z = next.MoveToOuterDisposeScope();
            }
        }

        var statistics = best.Statistics();
        if (settings.OnFailure == OnFailure.Throw && statistics.Outcome != SolveOutcome.Converged
            || settings.OnFailure == OnFailure.ThrowIfNotFinite && statistics.Outcome == SolveOutcome.NotFinite)
            throw new EquilibriumSolveException(statistics);
        return new(best.Take().reshape(shape).MoveToOuterDisposeScope(), statistics);
    }

    private static Tensor Evaluate(Func<Tensor, Tensor> f, Tensor rows, long[] shape, SolveSettings settings)
    {
        using var scope = NewDisposeScope();
        var value = f(rows.view(shape)) ?? throw new EquilibriumException($"{settings.Subject}: the cell returned null.");
        StateLayout.RequireSame(value, shape, rows.dtype, rows.device, settings.Subject);
        return value.reshape(rows.shape).MoveToOuterDisposeScope();
    }
}
