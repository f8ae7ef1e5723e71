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
        var watch = Stopwatch.StartNew();
        var solution = FixedPointLoop.Solve(call.Cell, call.Start, limits with { Solver = solver });
        return (Found("Solver", solver, isOwn, solution, watch, evaluation), solution.Value);
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
        var watch = Stopwatch.StartNew();
        var solution = solver is Gmres
            ? GmresSolve.Solve(product, g, limits with { Solver = solver }, inverse)
            : FixedPointLoop.Solve(u => product(u).add_(g), g, limits with { Solver = solver }, Keep.Image);
        return Found("BackwardSolver", solver, isOwn, solution, watch, milliseconds);
    }

    private static SolverDiagnosis Found(string attribute, Solver solver, bool isOwn, Solution solution, Stopwatch watch, double unit) =>
        new(SolverDeclaration.Of(solver), attribute, solution.Statistics, watch.Elapsed.TotalMilliseconds, unit) { Solver = solver, IsOwn = isOwn };

    // Records: a solver that is declared with the default settings is the same as ours.
    private static IEnumerable<T> Others<T>(T own, params T[] all) where T : Solver => all.Where(solver => !solver.Equals(own)).Prepend(own);
}
