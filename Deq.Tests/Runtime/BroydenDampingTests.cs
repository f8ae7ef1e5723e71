using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Broyden's method with a share of each quasi-Newton step, against dense algebra in float64.</summary>
public class BroydenDampingTests
{
    private const int Batch = 3, Size = 6;

    private static Solution Solve(Func<Tensor, Tensor> f, Tensor start, Broyden solver, int limit, double tolerance = 1e-10) =>
        FixedPointLoop.Solve(f, start, new("the test", solver, limit, tolerance, StopMode.Relative, OnFailure.Report));

    private static (Func<Tensor, Tensor> F, Func<int, Func<Tensor, Tensor>> Alone) Problem()
    {
        manual_seed(41);
        var w = randn(Size, Size, float64) * 0.5;
        var x = randn(Batch, Size, float64);
        return (z => (z.matmul(w.t()) + x).tanh(), b => z => (w.mv(z) + x[b]).tanh());
    }

    private static List<Tensor> Points(Func<Tensor, Tensor> f, Broyden solver, int evaluations, out BroydenInverse inverse)
    {
        List<Tensor> points = [];
        using var untaped = no_grad();
        FixedPointLoop.Solve(z =>
        {
            points.Add(z.clone().DetachFromDisposeScope());
            return f(z);
        }, zeros(Batch, Size, float64), new("the test", solver, evaluations, 1e-300, OnFailure: OnFailure.Report), Keep.Iterate, taped: false, keepInverse: true, out var built);
        inverse = built!;
        return points;
    }

    [Theory]
    [InlineData(0.7, null)]
    [InlineData(0.3, null)]
    [InlineData(0.7, 4)]
    [InlineData(1.0, null)]
    [InlineData(1.0, 3)]
    public void EveryIterate_IsThatOfTheDenseRecurrences(double damping, int? memory)
    {
        using var scope = NewDisposeScope();
        var (f, alone) = Problem();
        const int evaluations = 9;
        var points = Points(f, new() { Damping = damping, Memory = memory }, evaluations, out var inverse);
        var identity = eye(Size, dtype: float64);
        for (var b = 0; b < Batch; b++)
        {
            var (expected, h) = TextbookBroyden.Solve(alone(b), zeros(Size, dtype: float64), evaluations, memory ?? int.MaxValue, damping);
            for (var k = 0; k < evaluations; k++) Assert.InRange((points[k][b] - expected[k]).norm().item<double>(), 0, 1e-9);
            // Column by column, the matrix itself.
            for (var i = 0; i < Size; i++)
                Assert.InRange((-inverse.Times(identity[i].expand(Batch, Size))[b] - h.select(1, i)).norm().item<double>(), 0, 1e-7);
        }
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.3)]
    public void TheSecantEquation_IsThatOfTheStepAsTaken(double damping)
    {
        using var scope = NewDisposeScope();
        var (f, _) = Problem();
        foreach (var evaluations in new[] { 2, 3, 6, 9 })
        {
            var points = Points(f, new() { Damping = damping }, evaluations, out var inverse);
            Tensor G(int k) => f(points[k]) - points[k];
            Tensor dz = points[^1] - points[^2], dg = G(evaluations - 1) - G(evaluations - 2);
            Assert.InRange(Dense.Distance(-inverse.Times(dg), dz), 0, 1e-9);
            // The step is the share of the one that the inverse before it says.
            Points(f, new() { Damping = damping }, evaluations - 1, out var before);
            Assert.InRange(Dense.Distance(before.Times(G(evaluations - 2)) * damping, dz), 0, 1e-9);
        }
    }

    [Theory]
    [InlineData(0.9, 0.7, null)]
    [InlineData(0.9, 0.7, 6)]
    [InlineData(2.0, 0.7, null)]
    [InlineData(2.0, 0.3, null)]
    public void ALinearProblem_IsSolved(double radius, double damping, int? memory)
    {
        using var scope = NewDisposeScope();
        manual_seed(42);
        var a = randn(8, 8, float64);
        a *= radius / Dense.SpectralRadius(a);
        var c = randn(4, 8, float64);
        var found = Solve(z => z.matmul(a.t()) + c, zeros_like(c), new() { Damping = damping, Memory = memory }, 400);
        Assert.All(found.Statistics.Converged, Assert.True);
        var exact = linalg.solve(eye(8, dtype: float64) - a, c.t()).t();
        Assert.InRange(Dense.Distance(found.Value, exact), 0, 1e-7);
    }

    [Fact]
    public void NearTheSolution_AStepLeavesTheRestOfTheResidual()
    {
        using var scope = NewDisposeScope();
        var (f, _) = Problem();
        foreach (var damping in new[] { 0.5, 0.8 })
        {
            var residuals = Solve(f, zeros(Batch, Size, float64), new() { Damping = damping }, 200, 1e-12).Statistics.Residuals;
            double[] last = [.. residuals.Select(row => row[0]).Where(r => r > 0).TakeLast(5)];
            for (var k = 1; k < last.Length; k++) Assert.Equal(1 - damping, last[k] / last[k - 1], 0.1);
        }
    }

    [Fact]
    public void WhereFullStepsOvershoot_ShorterOnesArrive()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        const int batch = 24;
        var x = randn(batch, 10, float64) * 3;
        // No contraction at all: df/dz = -2 - 3 z^2.
        int Solved(double damping) => Solve(z => x - z * 2 - z.pow(3), zeros_like(x), new() { Damping = damping }, 150, 1e-8).Statistics.Converged.Count(c => c);
        int full = Solved(1), damped = Solved(0.3);
        Assert.True(damped == batch && full <= batch - 4, $"{damped} with, {full} without, of {batch}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void ALineSearch_BeginsAtTheDamping(int? memory)
    {
        using var scope = NewDisposeScope();
        var (f, _) = Problem();
        var solver = new Broyden { Damping = 0.6, LineSearch = true, Memory = memory };
        var points = Points(f, solver, 2, out _);
        Assert.True(Dense.Same(points[1], f(points[0]) * 0.6));
        Assert.All(Solve(f, zeros(Batch, Size, float64), solver, 120).Statistics.Converged, Assert.True);
    }

    [Fact]
    public void AsAdjointSolver_ItGivesTheDenseGradient()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start, new()
        {
            Solver = new Broyden { Damping = 0.7 },
            MaxEvaluations = 300,
            BackwardMaxEvaluations = 300,
            Tolerance = 1e-13,
            BackwardTolerance = 1e-12,
        });
        (result.Value * p.LossWeights).sum().backward();
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
        Assert.Equal(p.Number("grad_x_norm"), x.grad!.norm().item<double>(), 1e-8);
    }

    [Fact]
    public void ADiagnosis_WritesItAsTheAttributeHasIt() =>
        Assert.Equal("\"broyden\", Memory = 5, Damping = 0.7, LineSearch = true", SolverDeclaration.Of(new Broyden { Damping = 0.7, Memory = 5, LineSearch = true }));

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.01)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    public void Damping_OutOfRange_IsRefusedInWords(double damping) =>
        Assert.Contains("the share of the quasi-Newton step", Assert.Throws<ArgumentOutOfRangeException>(() => new Broyden { Damping = damping }).Message);
}
