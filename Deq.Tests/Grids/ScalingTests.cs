using Deq.Solvers;
using Deq.Tests.Infrastructure;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>Multiplying the state or the loss by a constant changes no relative result of any solver, forward and adjoint.</summary>
public class ScalingTests
{
    // 1e+-6 are no powers of two: every number is rounded anew, and what a solve makes of that grows with its length.
    private static readonly double[] Constants = [1e-6, 1e-3, 1e3, 1e6];
    private static readonly string[] Problems = ["golden P1, contraction", "tanh, size 100", "transformer cell"];

    public static TheoryData<string, string> ForwardCells() => Cells(GridSolvers.Forward.Keys);

    public static TheoryData<string, string> AdjointCells() => Cells(GridSolvers.Adjoint.Keys);

    private static TheoryData<string, string> Cells(IEnumerable<string> solvers)
    {
        var cells = new TheoryData<string, string>();
        foreach (var solver in solvers)
            foreach (var problem in Problems) cells.Add(solver, problem);
        return cells;
    }

    [Theory, MemberData(nameof(ForwardCells))]
    public void ScalingTheState_ChangesNoRelativeResult(string solver, string problem)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, tolerance, noise) in Types())
        {
            var (f, start, x) = GridProblems.Of(problem).Build(type);
            Solution Solve(double c) => FixedPointLoop.Solve(z => f(z / c, x) * c, start * c,
                new("the grid", GridSolvers.Forward[solver], GridProblems.Limit, tolerance, StopMode.Relative, OnFailure.Report, CheckEvery: GridSolvers.CheckEvery(solver)));
            using var untaped = no_grad();
            var plain = Solve(1);
            foreach (var c in Constants)
            {
                var scaled = Solve(c);
                Assert.Equal(plain.Statistics.Outcomes, scaled.Statistics.Outcomes);
                AssertSame(plain.Statistics, scaled.Statistics, noise, solver);
                Assert.InRange(Dense.Distance(scaled.Value / c, plain.Value), 0, 100 * tolerance);
            }
        }
    }

    [Theory, MemberData(nameof(ForwardCells))]
    public void ScalingTheStateByAPowerOfTwo_ChangesNoBit(string solver, string problem)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, tolerance, _) in Types())
        {
            var (f, start, x) = GridProblems.Of(problem).Build(type);
            foreach (var mode in Enum.GetValues<StopMode>())
            {
                Solution Solve(double c) => FixedPointLoop.Solve(z => f(z / c, x) * c, start * c,
                    new("the grid", GridSolvers.Forward[solver], GridProblems.Limit, mode == StopMode.Absolute ? tolerance * c : tolerance, mode, OnFailure.Report, CheckEvery: GridSolvers.CheckEvery(solver)));
                using var untaped = no_grad();
                var plain = Solve(1);
                foreach (var c in new[] { Math.ScaleB(1, -20), Math.ScaleB(1, 20) })
                {
                    var scaled = Solve(c);
                    AssertEqual(plain.Statistics, scaled.Statistics, mode == StopMode.Absolute ? c : 1);
                    Assert.True(Dense.Same(scaled.Value / c, plain.Value));
                }
            }
        }
    }

    [Theory, MemberData(nameof(AdjointCells))]
    public void ScalingTheLossByAPowerOfTwo_ChangesNoBit(string solver, string problem)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, tolerance, _) in Types())
        {
            var (f, _, x) = GridProblems.Of(problem).Build(type);
            var root = GridProblems.Of(problem).Reference().Root.to(type);
            var weights = root.sin();
            foreach (var mode in Enum.GetValues<StopMode>())
            {
                (Tensor U, SolveStatistics Backward) Weighted(double c)
                {
                    var added = zeros_like(root).requires_grad_();
                    var options = Options(solver, mode == StopMode.Absolute ? tolerance * c : tolerance) with { BackwardStopMode = mode };
                    var result = Equilibrium.Solve(z => f(z, x) + added, root, options);
                    (result.Value * weights * c).sum().BackwardOrThrow();
                    return (added.grad!, result.Statistics.Backward!);
                }
                var plain = Weighted(1);
                foreach (var c in new[] { Math.ScaleB(1, -27), Math.ScaleB(1, 27) })
                {
                    var scaled = Weighted(c);
                    AssertEqual(plain.Backward, scaled.Backward, mode == StopMode.Absolute ? c : 1);
                    Assert.True(Dense.Same(scaled.U / c, plain.U));
                }
            }
        }
    }

    /// <summary>An absolute residual of the adjoint is that of J^T u + g = u itself, whatever the size of g.</summary>
    [Theory]
    [InlineData("picard")]
    [InlineData("anderson")]
    [InlineData("broyden")]
    [InlineData("gmres")]
    public void AnAbsoluteAdjointResidual_IsThatOfTheGradientAsItIs(string solver)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var w = linalg.qr(randn(8, 8, float64)).Q * 0.7;
        var weights = randn(3, 8, float64);
        foreach (var c in new[] { 1e-8, 1e-3, 1, 1e3, 1e8 })
        {
            var added = zeros(3, 8, float64).requires_grad_();
            var result = Equilibrium.Solve(z => (z + added).matmul(w), zeros(3, 8, float64), new()
            {
                BackwardSolver = GridSolvers.Adjoint[solver],
                BackwardStopMode = StopMode.Absolute,
                BackwardTolerance = 1e-3,
                BackwardMaxEvaluations = 500,
                OnFailure = OnFailure.Report,
            });
            var g = weights * c;
            (result.Value * g).sum().BackwardOrThrow();
            var backward = result.Statistics.Backward!;
            Assert.Equal(SolveOutcome.Converged, backward.Outcome);
            Assert.InRange(backward.Residual, 0, 1e-3);
            // added.grad = u W^T: u = added.grad W^-T, and its residual is added.grad + g - u.
            var u = added.grad!.matmul(w.t().inverse());
            Assert.InRange((added.grad! + g - u).norm(1).max().item<double>(), 0, 1e-3 * 1.001 + 1e-14 * c);
            // Where g itself is below the tolerance nothing is left to do.
            if (c == 1e-8) Assert.InRange(backward.Evaluations, 0, 1);
            else if (c > 1) Assert.InRange(backward.Evaluations, 5, 500);
        }
    }

    private static void AssertEqual(SolveStatistics plain, SolveStatistics scaled, double factor)
    {
        Assert.Equal(plain.Outcomes, scaled.Outcomes);
        Assert.Equal(plain.SampleEvaluations, scaled.SampleEvaluations);
        Assert.Equal(plain.SampleResidual.Select(r => r * factor), scaled.SampleResidual);
        Assert.Equal(plain.Residuals.SelectMany(r => r).Select(r => r * factor), scaled.Residuals.SelectMany(r => r));
    }

    [Theory, MemberData(nameof(AdjointCells))]
    public void ScalingTheLossOrTheState_ChangesNoRelativeGradient(string solver, string problem)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, tolerance, noise) in Types())
        {
            var (f, _, x) = GridProblems.Of(problem).Build(type);
            var root = GridProblems.Of(problem).Reference().Root.to(type);
            var weights = root.sin();
            (Tensor U, SolveStatistics Backward) Weighted(double loss, double state)
            {
                var added = zeros_like(root).requires_grad_();
                var result = Equilibrium.Solve(z => (f(z / state, x) + added) * state, root * state, Options(solver, tolerance));
                (result.Value * weights / state * loss).sum().BackwardOrThrow();
                return (added.grad! / loss, result.Statistics.Backward!);
            }
            var plain = Weighted(1, 1);
            foreach (var c in Constants)
                foreach (var scaled in new[] { Weighted(c, 1), Weighted(1, c) })
                {
                    Assert.Equal(plain.Backward.Outcomes, scaled.Backward.Outcomes);
                    AssertSame(plain.Backward, scaled.Backward, noise, solver);
                    Assert.InRange(Dense.Distance(scaled.U, plain.U), 0, 100 * tolerance);
                }
        }
    }

    public static TheoryData<string, string> InverseCells() => Cells([.. GridSolvers.Preconditioned.Keys, Shine, Refined]);

    private const string Shine = "shine", Refined = "shine, refined";

    // What uses the inverse of the forward solve: so many evaluations of it that it is one, so few that rounding has had no time to grow.
    [Theory, MemberData(nameof(InverseCells))]
    public void ScalingTheLossOrTheState_ChangesNoRelativeGradient_ThroughTheForwardInverse(string row, string problem)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, agreement) in new[] { (ScalarType.Float64, 1e-6), (ScalarType.Float32, 2e-2) })
        {
            var (f, start, x) = GridProblems.Of(problem).Build(type);
            var weights = GridProblems.Of(problem).Reference().Root.to(type).sin();
            Tensor Gradient(double loss, double state)
            {
                var added = zeros_like(start).requires_grad_();
                var result = Equilibrium.Solve(z => (f(z / state, x) + added) * state, start * state, new EquilibriumOptions
                {
                    Solver = new Broyden(),
                    MaxEvaluations = 8,
                    Tolerance = 1e-300,
                    Gradient = row is Shine or Refined ? GradientMode.Shine : GradientMode.Implicit,
                    GradientRefinement = row == Refined ? 3 : 0,
                    BackwardSolver = GridSolvers.Preconditioned.GetValueOrDefault(row) ?? new Gmres(),
                    BackwardMaxEvaluations = GridProblems.Limit,
                    BackwardTolerance = type == ScalarType.Float64 ? 1e-8 : 1e-4,
                    OnFailure = OnFailure.Report,
                }.ForItsGradient());
                (result.Value * weights / state * loss).sum().BackwardOrThrow();
                return added.grad! / loss;
            }
            var plain = Gradient(1, 1);
            foreach (var c in Constants)
            {
                Assert.InRange(Dense.Distance(Gradient(c, 1), plain), 0, agreement);
                Assert.InRange(Dense.Distance(Gradient(1, c), plain), 0, agreement);
            }
        }
    }

    public static TheoryData<string, string> ModeCells() => Cells([nameof(GradientMode.JacobianFree), nameof(GradientMode.Neumann), nameof(GradientMode.Phantom), nameof(GradientMode.Unrolled), Reversible]);

    private const string Reversible = "reversible";

    [Theory, MemberData(nameof(ModeCells))]
    public void ScalingTheLossOrTheState_ChangesNoRelativeGradient_InAnyMode(string mode, string problem)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, agreement) in new[] { (ScalarType.Float64, 1e-10), (ScalarType.Float32, 1e-3) })
        {
            var (f, start, x) = GridProblems.Of(problem).Build(type);
            var weights = GridProblems.Of(problem).Reference().Root.to(type).sin();
            (Tensor Value, Tensor Gradient) Run(double loss, double state)
            {
                var added = zeros_like(start).requires_grad_();
                Tensor F(Tensor z, Tensor shift) => (f(z / state, x) + shift) * state;
                EquilibriumOptions options = mode == Reversible
                    ? new() { Beta = 0.7, Steps = 8 }
                    : new() { Solver = new Picard(), MaxEvaluations = 10, Tolerance = 1e-300, Gradient = Enum.Parse<GradientMode>(mode), OnFailure = OnFailure.Report };
                var value = mode == Reversible
                    ? Equilibrium.SolveReversible((z, inputs) => F(z, inputs[0]), start * state, [added], options).Value
                    : Equilibrium.Solve(z => F(z, added), start * state, options).Value;
                (value * weights / state * loss).sum().BackwardOrThrow();
                return (value / state, added.grad! / loss);
            }
            var plain = Run(1, 1);
            foreach (var c in Constants)
                foreach (var scaled in new[] { Run(c, 1), Run(1, c) })
                {
                    Assert.InRange(Dense.Distance(scaled.Value, plain.Value), 0, agreement);
                    Assert.InRange(Dense.Distance(scaled.Gradient, plain.Gradient), 0, agreement);
                }
        }
    }

    private static (ScalarType Type, double Tolerance, double Noise)[] Types() => [(ScalarType.Float64, 1e-8, 1e-3), (ScalarType.Float32, 1e-4, 5e-2)];

    private static EquilibriumOptions Options(string solver, double tolerance) => new()
    {
        MaxEvaluations = 1,
        BackwardSolver = GridSolvers.Adjoint[solver],
        BackwardMaxEvaluations = GridProblems.Limit,
        BackwardTolerance = tolerance,
        CheckEvery = GridSolvers.CheckEvery(solver),
        OnFailure = OnFailure.Report,
    };

    /// <summary>The residuals of the first evaluations, where rounding has had no time to grow, agree; later ones only in what they lead to.</summary>
    private static void AssertSame(SolveStatistics plain, SolveStatistics scaled, double noise, string solver)
    {
        // Whether a trial is taken may hang on the last digit, and another trial is another way.
        var spread = solver == "broyden, line search" ? 1 : 4;
        for (var k = 0; k < Math.Min(6, Math.Min(plain.Residuals.Count, scaled.Residuals.Count)); k++)
            for (var b = 0; b < plain.Outcomes.Count; b++)
                Assert.InRange(Math.Abs(scaled.Residuals[k][b] - plain.Residuals[k][b]), 0, noise * plain.Residuals[k][b] + noise * 1e-3);
        for (var b = 0; b < plain.Outcomes.Count; b++)
        {
            int a = plain.SampleEvaluations[b], c = scaled.SampleEvaluations[b];
            Assert.InRange(c, a - 2 - a / spread, a + 2 + a / spread);
        }
    }
}
