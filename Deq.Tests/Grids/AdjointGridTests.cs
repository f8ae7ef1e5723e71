using Deq.Solvers;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>Every adjoint solver at the fixed point of every problem, in both types: u is that of linear algebra, or it says how it failed.</summary>
public class AdjointGridTests
{
    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var problem in GridProblems.All.Where(p => p.Damping > 0))
            foreach (var solver in GridSolvers.Adjoint.Keys) cells.Add(solver, problem.Name);
        return cells;
    }

    [Theory, MemberData(nameof(Cells))]
    public void AnAdjointSolver_FindsU_OrSaysHowItFailed(string solver, string problem)
    {
        Check(solver, problem, ScalarType.Float64, 1e-9);
        Check(solver, problem, ScalarType.Float32, 1e-5);
    }

    private static void Check(string solver, string name, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var problem = GridProblems.Of(name);
        var (f, _, x) = problem.Build(type);
        var (root, amplification) = problem.Reference();
        var start = root.to(type);
        // The gradient of what is added to f is u itself.
        var added = zeros_like(start).requires_grad_();
        var result = Equilibrium.Solve(z => f(z, x) + added, start, new()
        {
            MaxEvaluations = 1,
            BackwardSolver = GridSolvers.Adjoint[solver],
            BackwardMaxEvaluations = GridProblems.Limit,
            BackwardTolerance = tolerance,
            CheckEvery = GridSolvers.CheckEvery(solver),
            OnFailure = OnFailure.Report,
        });
        (result.Value * Weights(start)).sum().BackwardOrThrow();
        var outcome = result.Statistics.Backward!.Outcome;
        Assert.True(added.grad!.isfinite().all().item<bool>());
        if (problem.Adjoint.TryGetValue(GridSolvers.Plain(solver), out var failures) && (type == ScalarType.Float64 || outcome != SolveOutcome.Converged))
        {
            Assert.Contains(outcome, failures);
            return;
        }

        Assert.Equal(SolveOutcome.Converged, outcome);
        var expected = Adjoint(problem, root);
        for (var b = 0; b < start.shape[0]; b++) Assert.InRange(Dense.Distance(added.grad![b], expected[b]), 0, 2 * amplification * tolerance);
    }

    public static TheoryData<string, string> PreconditionedCells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var problem in GridProblems.All.Where(p => p.Damping > 0))
            foreach (var solver in GridSolvers.Preconditioned.Keys) cells.Add(solver, problem.Name);
        return cells;
    }

    // After a forward solve of its own, at whose end it is the inverse that preconditions: of several fixed points it may find any.
    [Theory, MemberData(nameof(PreconditionedCells))]
    public void APreconditionedSolver_FindsU_WhereItsForwardSolveEnds(string solver, string problem)
    {
        CheckPreconditioned(solver, problem, ScalarType.Float64, 1e-12, 1e-9);
        CheckPreconditioned(solver, problem, ScalarType.Float32, 1e-5, 1e-5);
    }

    private static void CheckPreconditioned(string solver, string name, ScalarType type, double forward, double tolerance)
    {
        using var scope = NewDisposeScope();
        var problem = GridProblems.Of(name);
        var (f, start, x) = problem.Build(type);
        var added = zeros_like(start).requires_grad_();
        var at = start;
        var result = Equilibrium.Solve(z =>
        {
            // The evaluation that is recorded is the last one, and the only one on a tape.
            if (is_grad_enabled()) at = z.detach().clone().DetachFromDisposeScope();
            return f(z, x) + added;
        }, start, new()
        {
            Solver = new Broyden(),
            MaxEvaluations = GridProblems.Limit,
            Tolerance = forward,
            BackwardSolver = GridSolvers.Preconditioned[solver],
            BackwardMaxEvaluations = GridProblems.Limit,
            BackwardTolerance = tolerance,
            OnFailure = OnFailure.Report,
        });
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Forward!.Outcome);
        var found = at.to(ScalarType.Float64);
        (result.Value * Weights(start)).sum().BackwardOrThrow();
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
        var exact = problem.Build(ScalarType.Float64);
        var amplification = found.numel() > 400 ? problem.Amplification!.Value : GridProblem.Inverse(exact.F, found, exact.X);
        var expected = Adjoint(problem, found);
        // In float32 what J itself is rounded to shows as well.
        var allowed = (type == ScalarType.Float64 ? 2 : 4) * amplification * tolerance;
        for (var b = 0; b < start.shape[0]; b++) Assert.InRange(Dense.Distance(added.grad![b], expected[b]), 0, allowed);
    }

    private static Tensor Weights(Tensor like) => (arange(like.numel(), ScalarType.Float64) * 0.37 + 0.5).sin().view(like.shape).to(like.dtype);

    /// <summary>(I - J^T)^-1 g by dense algebra; of many numbers, by the plain damped series.</summary>
    private static Tensor Adjoint(GridProblem problem, Tensor root)
    {
        var (f, _, x) = problem.Build(ScalarType.Float64);
        var z = root.clone().requires_grad_();
        var g = Weights(z);
        var n = z.numel();
        if (n <= 400)
            return linalg.solve((eye(n, dtype: ScalarType.Float64) - Dense.Jacobian(s => f(s, x), z)).t(), g.reshape(n, 1)).view(z.shape);
        var value = f(z, x);
        var u = g;
        for (var k = 0; k < 300; k++) u = autograd.grad([value], [z], [u], retain_graph: true)[0] + g;
        return u;
    }
}
