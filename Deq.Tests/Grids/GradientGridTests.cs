using Deq.Solvers;
using Deq.Tests.Infrastructure;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>Every gradient mode on every problem is, in float64, what its definition says, and so nothing else.</summary>
public class GradientGridTests
{
    private const int Steps = 4, Iterations = 12;
    private const double T = 0.6, Beta = 0.7, Rounding = 1e-8;

    private static IEnumerable<GridProblem> Differentiable => GridProblems.All.Where(p => p is { Damping: > 0, HasOneRoot: true, Amplification: null });

    public static TheoryData<string> Problems => [.. Differentiable.Select(p => p.Name)];

    [Theory, MemberData(nameof(Problems))]
    public void Implicit_IsTheSolutionOfTheDenseSystem(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        foreach (Solver solver in new Solver[] { new Broyden(), new Gmres() })
            Check(exact.Implicit(), exact, AtTheRoot(GradientMode.Implicit) with { BackwardSolver = solver });
    }

    [Theory, MemberData(nameof(Problems))]
    public void JacobianFree_IsOneBackwardPass(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        Check(exact.JacobianFree(), exact, AtTheRoot(GradientMode.JacobianFree));
    }

    [Theory, MemberData(nameof(Problems))]
    public void Neumann_IsItsSeries(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        Check(exact.Neumann(Steps, T), exact, AtTheRoot(GradientMode.Neumann));
    }

    [Theory, MemberData(nameof(Problems))]
    public void Phantom_IsThatOfItsSteps(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        Check(exact.Phantom(Steps, T), exact, AtTheRoot(GradientMode.Phantom));
    }

    // Where plain iteration runs away, the result is an earlier iterate, the best one.
    public static TheoryData<string> Iterable => [.. Differentiable.Where(p => !p.Forward.TryGetValue("picard", out var failures) || !failures.Contains(SolveOutcome.Diverged)).Select(p => p.Name)];

    [Theory, MemberData(nameof(Iterable))]
    public void Unrolled_IsThatOfTheIterations(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        foreach (var damping in new[] { 1, 0.7 })
            Check(exact.Unrolled(Iterations, damping), exact, new()
            {
                Solver = new Picard { Damping = damping },
                MaxEvaluations = Iterations,
                Tolerance = 1e-300,
                Gradient = GradientMode.Unrolled,
                OnFailure = OnFailure.Report,
            }, exact.Start);
    }

    [Theory, MemberData(nameof(Problems))]
    public void Reversible_IsThatOfTheCoupledSteps(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        var x = exact.X.requires_grad_();
        var result = Equilibrium.SolveReversible((z, given) => exact.F(z, given[0]), exact.Start, [x], new() { Beta = Beta, Steps = Iterations });
        // Steps that run away by hundreds cannot be undone to any digit: the statistics say that they do.
        if (result.Statistics.Forward!.Outcome == SolveOutcome.Diverged && problem == "stiff, eigenvalues -30 to 0.9") return;
        var gradient = autograd.grad([(result.Value * exact.Weights).sum()], [x])[0];
        Assert.InRange(Dense.Distance(gradient, exact.Reversible(Iterations, Beta)), 0, Rounding);
    }

    // After eight evaluations, where rounding in two ways to write one inverse has had no time to grow.
    private static EquilibriumOptions AfterEight(int refinement = 0, Solver? backward = null) => new EquilibriumOptions
    {
        Solver = new Broyden(),
        MaxEvaluations = 8,
        Tolerance = 1e-300,
        Gradient = GradientMode.Shine,
        GradientRefinement = refinement,
        BackwardSolver = backward,
        BackwardTolerance = 1e-300,
        OnFailure = OnFailure.Report,
    }.ForItsGradient();

    [Theory, MemberData(nameof(Problems))]
    public void Shine_IsTheForwardSolvesInverse(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        foreach (var memory in new int?[] { null, 5 })
        {
            var (got, at) = Recorded(exact, AfterEight() with { Solver = new Broyden { Memory = memory } });
            Assert.InRange(Dense.Distance(got, exact.Through(exact.Shine(8, memory ?? int.MaxValue), at)), 0, Rounding);
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void RefinedShine_IsItsBackwardSolversStepsFromThere(string problem)
    {
        using var scope = NewDisposeScope();
        var exact = new ExactGradients(GridProblems.Of(problem));
        var (plain, where) = Recorded(exact, AfterEight(3, new Picard()));
        Assert.InRange(Dense.Distance(plain, exact.Through(exact.RefinedByPicard(exact.Shine(8), 3, where), where)), 0, Rounding);
        var (least, at) = Recorded(exact, AfterEight(3, new Gmres()));
        Assert.InRange(Dense.Distance(least, exact.Through(exact.RefinedByGmres(exact.Shine(8), 3, at), at)), 0, 100 * Rounding);
    }

    /// <summary>The gradient, and the iterate at which the tape is.</summary>
    private static (Tensor Gradient, Tensor At) Recorded(ExactGradients exact, EquilibriumOptions options)
    {
        var x = exact.X.requires_grad_();
        var at = exact.Start;
        var value = Equilibrium.Solve(z =>
        {
            if (is_grad_enabled()) at = z.detach().clone().DetachFromDisposeScope();
            return exact.F(z, x);
        }, exact.Start, options).Value;
        return (autograd.grad([(value * exact.Weights).sum()], [x])[0], at);
    }

    private static EquilibriumOptions AtTheRoot(GradientMode mode) => new EquilibriumOptions
    {
        MaxEvaluations = 1,
        Gradient = mode,
        GradientSteps = Steps,
        GradientDamping = T,
        BackwardMaxEvaluations = 400,
        BackwardTolerance = 1e-13,
        OnFailure = OnFailure.Report,
    }.ForItsGradient();

    private static void Check(Tensor expected, ExactGradients exact, EquilibriumOptions options, Tensor? start = null)
    {
        var x = exact.X.requires_grad_();
        var value = Equilibrium.Solve(z => exact.F(z, x), start ?? exact.Root, options).Value;
        Assert.InRange(Dense.Distance(autograd.grad([(value * exact.Weights).sum()], [x])[0], expected), 0, Rounding);
    }
}
