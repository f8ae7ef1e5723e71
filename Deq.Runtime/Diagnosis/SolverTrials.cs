using System.Diagnostics;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>Runs every solver on one problem, with one limit and one tolerance.</summary>
internal static class SolverTrials
{
    /// <summary>The forward solvers, the layer's own first.</summary>
    /// <param name="own">The layer's.</param>
    public static IEnumerable<FixedPointSolver> Forward(FixedPointSolver own) =>
        Others(own, new Picard(), new Picard { Damping = 0.5 }, new Anderson(), new Broyden(), new NewtonKrylov());

    /// <summary>The adjoint solvers, the layer's own first.</summary>
    /// <param name="own">The layer's.</param>
    public static IEnumerable<Solver> Adjoint(Solver own) =>
        Others(own, new Picard(), new Anderson(), new Broyden(), new NewtonKrylov(), new Gmres());

    /// <summary>One forward solve.</summary>
    /// <returns>What it did, and its iterate.</returns>
    public static (SolverDiagnosis Found, Tensor Value) Forward(DiagnosedCall call, FixedPointSolver solver, bool isOwn, SolveSettings limits, double evaluation)
    {
        var (solution, milliseconds) = Timed(() => FixedPointLoop.Solve(call.Cell, call.Start, limits with { Solver = solver }));
        return (Found("Solver", solver, isOwn, solution, milliseconds, evaluation), solution.Value);
    }

    /// <summary>One adjoint solve, u = J^T u + g.</summary>
    /// <param name="product">u -> J^T u.</param>
    /// <param name="g">The right-hand side.</param>
    /// <param name="solver">The solver.</param>
    /// <param name="isOwn">Whether it is the layer's.</param>
    /// <param name="limits">Limit and tolerance.</param>
    /// <param name="inverse">The forward solve's Broyden inverse, where the solver is preconditioned by it.</param>
    /// <param name="milliseconds">The time of one product.</param>
    public static SolverDiagnosis Adjoint(Func<Tensor, Tensor> product, Tensor g, Solver solver, bool isOwn, SolveSettings limits, BroydenInverse? inverse, double milliseconds)
    {
        using var scope = NewDisposeScope();
        var (solution, taken) = Timed(() => solver is Gmres
            ? GmresSolve.Solve(product, g, limits with { Solver = solver }, inverse)
            : FixedPointLoop.Solve(u => product(u).add_(g), g, limits with { Solver = solver }, Keep.Image));
        return Found("BackwardSolver", solver, isOwn, solution, taken, milliseconds);
    }

    private static SolverDiagnosis Found(string attribute, Solver solver, bool isOwn, Solution solution, double milliseconds, double unit) =>
        new(SolverDeclaration.Of(solver), attribute, solution.Statistics, milliseconds, unit) { Solver = solver, IsOwn = isOwn };

    /// <summary>A solve and its time; of a short one the lesser of two, since the first of its kind pays for what the next ones find.</summary>
    private static (Solution Found, double Milliseconds) Timed(Func<Solution> solve)
    {
        const double Short = 100;
        var watch = Stopwatch.StartNew();
        var solution = solve();
        var milliseconds = watch.Elapsed.TotalMilliseconds;
        if (milliseconds > Short) return (solution, milliseconds);
        watch.Restart();
        solution = solve();
        return (solution, Math.Min(milliseconds, watch.Elapsed.TotalMilliseconds));
    }

    // Records: a solver that is declared with the default settings is the same as ours.
    private static IEnumerable<T> Others<T>(T own, params T[] all) where T : Solver => all.Where(solver => !solver.Equals(own)).Prepend(own);
}
