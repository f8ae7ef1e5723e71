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
    /// <param name="start">z_0, B x .... Of a type narrower than float32 (bfloat16, float16) f alone sees it: the iteration is done in float32.</param>
    /// <param name="settings">Solver, limit, tolerance, what becomes of failures.</param>
    /// <param name="keep">Whether the result is the iterate z_k or its image f(z_k).</param>
    /// <returns>The result, in the shape and type of <paramref name="start"/> and in the caller's dispose scope.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="SolveSettings.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">f gives another shape, type or device than it was given; or a solver of one's own breaks its contract.</exception>
    public static Solution Solve(Func<Tensor, Tensor> f, Tensor start, SolveSettings settings, Keep keep = Keep.Iterate) =>
        Solve(f, start, settings, keep, taped: false, keepInverse: false, out _);

    // taped: autograd records the iterations; of a solver that can be unrolled.
    // keepInverse: of Broyden; the inverse is then in the caller's dispose scope.
    internal static Solution Solve(Func<Tensor, Tensor> f, Tensor start, SolveSettings settings, Keep keep, bool taped, bool keepInverse, out BroydenInverse? inverse, Trajectory? trajectory = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(settings);
        inverse = null;
        if (settings.Solver is not FixedPointSolver solver)
            throw new EquilibriumException($"{settings.Subject} is not linear, and {settings.Solver.Name} solves linear problems only; take picard, anderson or broyden.");
        if (start.dim() == 0) throw new EquilibriumException($"{settings.Subject} got a state without dimensions; dimension 0 of a state is the batch.");
        using var mode = set_grad_enabled(taped);
        using var scope = NewDisposeScope();
        var shape = start.shape;
        var z = SampleRows.Of(taped ? start : start.detach()).to(WorkingType.Of(start.dtype));
        var progress = new SampleProgress((int)shape[0], settings);
        var problem = new FixedPointProblem(f, shape, start.dtype, settings, keepInverse ? progress : null);
        var best = new BestIterate(z);
        Tensor? scale = null;
        if (progress.Batch > 0)
        {
            Tensor? first = problem.Evaluate(z);
            if (!taped && StateScale.Of(z, first) is { } scales)
            {
                scale = problem.Scale = tensor(scales, [scales.Length, 1], z.dtype, z.device);
                progress.Rescale(scales);
                (z, first) = (z / scale, first / scale);
                best.Restart(z);
            }
            using var state = taped
                ? solver.BeginUnrolled(z, problem) ?? throw new EquilibriumException($"{settings.Subject}: an unrolled gradient back-propagates through the solver's iterations, and {SolverDeclaration.Of(solver)} cannot be unrolled. Take the solver picard, anderson or broyden (without LineSearch), or another gradient.")
                : solver.Begin(z, problem);
            var checks = new ResidualChecks(progress, best, trajectory, start.dtype, state.NeedsNumbers ? 1 : Every(settings, start)) { Scale = scale };
            while (true)
            {
                using var step = NewDisposeScope();
                var image = first?.MoveToOtherDisposeScope(step) ?? problem.Evaluate(z);
                first = null;
                var numbers = Measure(state, z, image, settings);
                checks.Take(numbers, keep == Keep.Iterate ? z : image, z, image, problem.Evaluations, last: problem.Remaining <= 0);
                if (progress.AllDone || problem.Remaining <= 0)
                {
                    if (keepInverse) inverse = (state as IKeepsInverse)?.Inverse(z, image, numbers).MoveToOuterDisposeScope();
                    break;
                }
                var next = state.Next(z, image, numbers);
                // A solver that evaluates f itself may have used up the limit.
                if (problem.Remaining <= 0)
                {
                    checks.Flush();
                    break;
                }
                RequireIterate(next, z, settings);
                // What a sample that is done does while others go on is no part of its result, and must bring no NaN into its gradient.
                if (taped) next = progress.Rest(next, z);
                if (ReferenceEquals(next, z) || ReferenceEquals(next, image)) next = next.alias();
                z.Dispose();
                z = next.MoveToOuterDisposeScope();
            }
        }

        if (progress.Batch > 0) trajectory?.Settle(progress.Batch, static _ => true);
        var statistics = progress.End(problem.Evaluations);
        SolveFailure.ThrowWhereAsked(statistics, settings.OnFailure);
        inverse?.MoveToOuterDisposeScope();
        var found = scale is null ? best.Take() : best.Take() * scale;
        return new(found.to(start.dtype).reshape(shape).MoveToOuterDisposeScope(), statistics);
    }

    private static int Every(SolveSettings settings, Tensor start)
    {
        var every = settings.CheckEvery ?? (start.device_type == DeviceType.CPU ? EquilibriumDefaults.CheckEvery : EquilibriumDefaults.CheckEveryOnGpu);
        return every >= 1 ? every : throw new EquilibriumException($"{settings.Subject}: CheckEvery is {every}; it must be at least 1. Leave it out for the default.");
    }

    private static Measurements Measure(SolverState state, Tensor z, Tensor image, SolveSettings settings)
    {
        using var untaped = no_grad();
        if (state.MeasureOnHost(z, image) is { } known) return known;
        var numbers = state.Measure(z, image);
        if (numbers is null || numbers.dim() != 2 || numbers.shape[0] != z.shape[0] || numbers.shape[1] < 2)
            throw new EquilibriumException($"{settings.Subject}: {settings.Solver.Name} measures {Text(numbers)}; a solver's Measure gives {z.shape[0]} x (2 + n) numbers, per sample ||f(z) - z||^2, ||f(z)||^2 and n of its own.");
        return Measurements.Of(numbers);
    }

    private static void RequireIterate(Tensor? next, Tensor z, SolveSettings settings)
    {
        if (next is null || next.dtype != z.dtype || !next.shape.AsSpan().SequenceEqual(z.shape))
            throw new EquilibriumException($"{settings.Subject}: the next iterate of {settings.Solver.Name} is {Text(next)}; a solver's Next gives {Text(z)}, like the iterate that it was given.");
    }

    private static string Text(Tensor? t) => t is null ? "null" : $"{t.dtype} [{string.Join(", ", t.shape)}]";
}
