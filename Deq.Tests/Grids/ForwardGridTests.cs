using Deq.Solvers;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>Every solver on every problem, in both types: it arrives at the reference's fixed point, or says how it failed.</summary>
public class ForwardGridTests
{
    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var problem in GridProblems.All)
            foreach (var solver in GridSolvers.Forward.Keys) cells.Add(solver, problem.Name);
        return cells;
    }

    [Theory, MemberData(nameof(Cells))]
    public void ASolver_ArrivesAtTheFixedPoint_OrSaysHowItFailed(string solver, string problem)
    {
        Check(solver, problem, ScalarType.Float64, 1e-9);
        Check(solver, problem, ScalarType.Float32, 1e-5);
    }

    private static void Check(string solver, string name, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        var problem = GridProblems.Of(name);
        var (f, start, x) = problem.Build(type);
        var found = FixedPointLoop.Solve(z => f(z, x), start,
            new("the grid", GridSolvers.Forward[solver], GridProblems.Limit, tolerance, StopMode.Relative, OnFailure.Report, CheckEvery: GridSolvers.CheckEvery(solver)));
        var outcome = found.Statistics.Outcome;
        Assert.True(found.Value.isfinite().all().item<bool>());
        if (problem.Forward.TryGetValue(GridSolvers.Plain(solver), out var failures) && (type == ScalarType.Float64 || outcome != SolveOutcome.Converged))
        {
            Assert.Contains(outcome, failures);
            return;
        }

        Assert.Equal(SolveOutcome.Converged, outcome);
        // Measured anew and in float64, whatever the solver says.
        var exact = problem.Build(ScalarType.Float64);
        var value = found.Value.to(ScalarType.Float64);
        var image = exact.F(value, exact.X);
        var (root, amplification) = problem.Reference();
        for (var b = 0; b < start.shape[0]; b++)
        {
            Assert.InRange(Dense.Distance(value[b], image[b]), 0, 2 * tolerance);
            // A residual of r leaves an error of at most ||(I - J)^-1|| r, to first order; twice that for the second.
            if (problem.HasOneRoot) Assert.InRange(Dense.Distance(value[b], root[b]), 0, 2 * amplification * tolerance);
        }
    }

    public static TheoryData<string> Solvers => GridSolvers.ForwardNames;

    [Theory, MemberData(nameof(Solvers))]
    public void WhatDoesNotArriveOnGoldenP3_SaysStagnatedOrLimitReached(string solver)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        foreach (var limit in new[] { 5, 60, 500 })
        {
            var found = FixedPointLoop.Solve(p.F, p.Start,
                new("the grid", GridSolvers.Forward[solver], limit, 1e-10, StopMode.Relative, OnFailure.Report, CheckEvery: GridSolvers.CheckEvery(solver)));
            var image = p.F(found.Value);
            var residual = Dense.Numbers((image - found.Value).norm(1) / image.norm(1));
            for (var b = 0; b < residual.Length; b++)
            {
                SolveOutcome[] allowed = residual[b] <= 1e-10 ? [SolveOutcome.Converged] : [SolveOutcome.Stagnated, SolveOutcome.LimitReached];
                Assert.Contains(found.Statistics.Outcomes[b], allowed);
            }
            if (limit == 500 && solver is ("picard, damping 0.7" or "newton_krylov" or "newton_krylov, autograd")) Assert.All(found.Statistics.Converged, Assert.True);
        }
    }
}
