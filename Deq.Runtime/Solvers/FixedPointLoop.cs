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
    /// <param name="settings">Solver, limit, tolerance, what becomes of failures.</param>
    /// <param name="keep">Whether the result is the iterate z_k or its image f(z_k).</param>
    /// <returns>The result, in the shape of <paramref name="start"/> and in the caller's dispose scope.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="SolveSettings.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">f gives another shape, type or device than it was given.</exception>
    public static Solution Solve(Func<Tensor, Tensor> f, Tensor start, SolveSettings settings, Keep keep = Keep.Iterate) =>
        Solve(f, start, settings, keep, taped: false);

    // taped: autograd records the iterations; only of a solver that writes nothing in place.
    internal static Solution Solve(Func<Tensor, Tensor> f, Tensor start, SolveSettings settings, Keep keep, bool taped, Trajectory? trajectory = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Solver is not FixedPointSolver solver)
            throw new EquilibriumException($"{settings.Subject} is not linear, and {settings.Solver.Name} solves linear problems only; take picard, anderson or broyden.");
        if (start.dim() == 0) throw new EquilibriumException($"{settings.Subject} got a state without dimensions; dimension 0 of a state is the batch.");
        using var mode = set_grad_enabled(taped);
        using var scope = NewDisposeScope();
        var shape = start.shape;
        // Not -1: the rows of an empty batch have a length too.
        var z = (taped ? start : start.detach()).reshape(shape[0], shape.Skip(1).Aggregate(1L, (size, n) => size * n));
        var problem = new FixedPointProblem(f, shape, settings);
        var progress = new SampleProgress((int)shape[0], settings);
        var best = new BestIterate(z);
        var better = new bool[progress.Batch];
        if (progress.Batch > 0)
        {
            using var state = solver.Begin(z, problem);
            while (true)
            {
                using var step = NewDisposeScope();
                var image = problem.Evaluate(z);
                Measurements numbers;
                using (no_grad()) numbers = Measurements.Read(state.Measure(z, image));
                var improved = progress.Offer(b => (numbers[b, 0], numbers[b, 1]), problem.Evaluations, better);
                best.Offer(keep == Keep.Iterate ? z : image, better, improved);
                trajectory?.Offer(z);
                trajectory?.Settle(progress.Batch, progress.IsDone);
                if (progress.AllDone || problem.Remaining <= 0) break;
                var next = state.Next(z, image, numbers);
                // A solver that evaluates f itself may have used up the limit.
                if (problem.Remaining <= 0) break;
                z.Dispose();
                z = next.MoveToOuterDisposeScope();
            }
        }

        if (progress.Batch > 0) trajectory?.Settle(progress.Batch, static _ => true);
        var statistics = progress.End(problem.Evaluations);
        SolveFailure.ThrowWhereAsked(statistics, settings.OnFailure);
        return new(best.Take().reshape(shape).MoveToOuterDisposeScope(), statistics);
    }
}
