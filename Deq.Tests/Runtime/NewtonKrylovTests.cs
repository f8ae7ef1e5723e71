using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class NewtonKrylovTests
{
    private static SolveSettings Settings(int limit, double tolerance, int memory = 20) =>
        new("the test", new NewtonKrylov { Memory = memory }, limit, tolerance, StopMode.Relative, OnFailure.Report);

    /// <summary>Newton-Krylov whose state can be asked afterwards.</summary>
    private sealed record Watched : FixedPointSolver
    {
        public NewtonKrylovState? State { get; private set; }

        public JacobianProducts Products { get; init; }

        public override string Name => "newton_krylov";

        public override SolverState Begin(Tensor start, FixedPointProblem problem) => State = (NewtonKrylovState)new NewtonKrylov { Products = Products }.Begin(start, problem);
    }

    private static double[] Residual(Func<Tensor, Tensor> f, Tensor z)
    {
        var image = f(z);
        return Dense.Numbers((image - z).norm(1) / image.norm(1));
    }

    [Theory]
    [InlineData(JacobianProducts.Differences)]
    [InlineData(JacobianProducts.Autograd)]
    public void BothProducts_SolveGoldenP3Within60Steps(JacobianProducts products)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        var solver = new Watched { Products = products };
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings(500, 1e-10) with { Solver = solver });
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
        Assert.All(Residual(p.F, found.Value), r => Assert.InRange(r, 0, 1e-10));
        for (var b = 0; b < 4; b++) Assert.InRange(solver.State!.Steps(b), 5, 60);
    }

    [Fact]
    public void ProductsByAutograd_AreTheJacobiansOwn()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var w = randn(6, 6, float64) * 0.4;
        Tensor F(Tensor z) => z.matmul(w).tanh() + z.sin() * z;
        var z = randn(3, 6, float64);
        using var linear = Linearization.At(F, z, "the test")!;
        for (var k = 0; k < 3; k++)
        {
            var v = randn(3, 6, float64);
            var product = linear.Times(v, "the test");
            for (var b = 0; b < 3; b++)
                Assert.InRange(Dense.Distance(product[b], Dense.Jacobian(F, z.narrow(0, b, 1)).matmul(v[b])), 0, 1e-14);
        }
        Assert.Null(Linearization.At(_ => ones(3, 6, float64), z, "the test"));
    }

    [Fact]
    public void ProductsByAutograd_LeaveSamplesIndependent_AndGradientsAlone()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        var w = p.W.clone().requires_grad_();
        SolveStatistics Run(double other, out Tensor value)
        {
            var x = p.X.clone();
            if (other != 0) x[2] = full([50], other, float64);
            var found = FixedPointLoop.Solve(z => (z.matmul(w.t()) + x).tanh(), p.Start, Settings(120, 1e-6) with { Solver = new NewtonKrylov { Products = JacobianProducts.Autograd } });
            value = found.Value;
            return found.Statistics;
        }
        var plain = Run(0, out var expected);
        foreach (var other in new[] { double.NaN, double.PositiveInfinity, 3.0 })
        {
            var mixed = Run(other, out var value);
            foreach (var b in new[] { 0, 1, 3 })
            {
                Assert.True(Dense.Same(expected[b], value[b]));
                Assert.Equal(plain.SampleEvaluations[b], mixed.SampleEvaluations[b]);
            }
        }
        Assert.Null(w.grad);
    }

    [Fact]
    public void ProductsByAutograd_AsAdjointSolver_GiveTheSameGradient_AndNeedACellOfTwoDerivatives()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var exact = new NewtonKrylov { Products = JacobianProducts.Autograd };
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start, new() { Solver = exact, MaxEvaluations = 300, BackwardMaxEvaluations = 300, Tolerance = 1e-12, BackwardTolerance = 1e-11 });
        (result.Value * p.LossWeights).sum().BackwardOrThrow();
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
        Assert.Equal(p.Number("grad_x_norm"), x.grad!.norm().item<double>(), 1e-8);

        manual_seed(5);
        var nested = new Around(new Penalised()) { Options = new() { Solver = exact } };
        nested.eval();
        string? message = null;
        Warnings.During(() => message = Assert.Throws<EquilibriumException>(() => nested.call(randn(2, 4, float64))).Message);
        Assert.Contains("cannot be differentiated twice", message);
    }

    [Fact]
    public void GoldenP1_IsFoundInFewSteps()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings(150, 1e-13));
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
        Assert.Equal(p.Number("zstar_norm"), found.Value.norm().item<double>(), 1e-10);
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(2.0)]
    public void LinearProblems_WithComplexPairs_AreSolved(double rho)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var a = randn(5, 20, 20, float64);
        a = stack([.. Enumerable.Range(0, 5).Select(b => a[b] * (rho / Dense.SpectralRadius(a[b])))]);
        var c = randn(5, 20, float64);
        Tensor F(Tensor z) => a.matmul(z.unsqueeze(2)).squeeze(2) + c;
        var found = FixedPointLoop.Solve(F, zeros(5, 20, float64), Settings(400, 1e-11));
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
        var exact = linalg.solve(eye(20, dtype: float64) - a, c.unsqueeze(2)).squeeze(2);
        Assert.InRange(Dense.Distance(found.Value, exact), 0, 1e-8);
    }

    [Fact]
    public void ARotationByTwo_IsSolved()
    {
        using var scope = NewDisposeScope();
        // Eigenvalues +-2i: the plain iteration diverges, every eigenvalue of I - J has length sqrt(5).
        var a = tensor(new double[,] { { 0, -2 }, { 2, 0 } });
        var c = ones(3, 2, float64);
        var found = FixedPointLoop.Solve(z => z.matmul(a.t()) + c, zeros(3, 2, float64), Settings(30, 1e-12));
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
    }

    [Fact]
    public void Float32_ReachesWhatItResolves()
    {
        using var scope = NewDisposeScope();
        foreach (var p in new[] { GoldenProblem.P1(), GoldenProblem.P3() })
        {
            Tensor w = p.W.to(float32), x = p.X.to(float32);
            Tensor F(Tensor z) => (z.matmul(w.t()) + x).tanh();
            var found = FixedPointLoop.Solve(F, zeros_like(x), Settings(400, 1e-5));
            Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
            Assert.All(Residual(F, found.Value), r => Assert.InRange(r, 0, 1.1e-5));
        }
    }

    [Fact]
    public void ScalingByAPowerOfTwo_ChangesNoBit()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        var plain = FixedPointLoop.Solve(p.F, p.Start, Settings(300, 1e-10));
        foreach (var c in new[] { Math.ScaleB(1, 20), Math.ScaleB(1, -20) })
        {
            var scaled = FixedPointLoop.Solve(z => p.F(z / c) * c, p.Start, Settings(300, 1e-10));
            Assert.Equal(plain.Statistics.Residuals.Select(r => r.ToArray()), scaled.Statistics.Residuals.Select(r => r.ToArray()));
            Assert.True(Dense.Same(plain.Value, scaled.Value / c));
        }
    }

    [Fact]
    public void ANeighbour_ChangesNoBit()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        Solution Solve(double third)
        {
            var x = p.X.clone();
            if (third != 0) x[2] = full([50], third, float64);
            return FixedPointLoop.Solve(z => p.F(z, x), p.Start, Settings(300, 1e-8));
        }
        var plain = Solve(0);
        foreach (var other in new[] { double.NaN, double.PositiveInfinity, 3.0, 1e-3 })
        {
            var mixed = Solve(other);
            foreach (var b in new[] { 0, 1, 3 })
            {
                Assert.True(Dense.Same(plain.Value[b], mixed.Value[b]));
                Assert.Equal(plain.Statistics.SampleEvaluations[b], mixed.Statistics.SampleEvaluations[b]);
                Assert.Equal(plain.Statistics.Outcomes[b], mixed.Statistics.Outcomes[b]);
                for (var k = 0; k < plain.Statistics.SampleEvaluations[b]; k++)
                    Assert.Equal(plain.Statistics.Residuals[k][b], mixed.Statistics.Residuals[k][b]);
            }
            if (double.IsNaN(other)) Assert.Equal(SolveOutcome.NotFinite, mixed.Statistics.Outcomes[2]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void TheLimit_IsKept_AndConvergenceNeverClaimed(int limit)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        var calls = 0;
        var found = FixedPointLoop.Solve(z => { calls++; return p.F(z); }, p.Start, Settings(limit, 1e-10));
        Assert.Equal(limit, calls);
        Assert.Equal(limit, found.Statistics.Evaluations);
        Assert.DoesNotContain(true, found.Statistics.Converged);
        Assert.All(Residual(p.F, found.Value).Zip(found.Statistics.SampleResidual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void AMapWithoutAFixedPoint_IsNotSolved()
    {
        using var scope = NewDisposeScope();
        var found = FixedPointLoop.Solve(z => z + 1, zeros(2, 3, float64), Settings(60, 1e-6));
        Assert.DoesNotContain(true, found.Statistics.Converged);
        Assert.True(found.Value.isfinite().all().item<bool>());
    }

    [Fact]
    public void AsForwardAndAdjointSolver_GivesTheImplicitGradient()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start,
            new() { Solver = new NewtonKrylov(), MaxEvaluations = 200, Tolerance = 1e-13, BackwardMaxEvaluations = 200, BackwardTolerance = 1e-12 });
        (result.Value * p.LossWeights).sum().BackwardOrThrow();
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
        Assert.Equal("newton_krylov", result.Statistics.Backward.Solver);
        Assert.Equal(p.Number("grad_x_norm"), x.grad!.norm().item<double>(), 1e-8);
    }

    [Fact]
    public void Settings_OutOfRange_AreRefusedInWords()
    {
        Assert.Contains("at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new NewtonKrylov { Memory = 0 }).Message);
        Assert.Contains("positive", Assert.Throws<ArgumentOutOfRangeException>(() => new NewtonKrylov { InitialStep = 0 }).Message);
        Assert.Contains("(0, 1)", Assert.Throws<ArgumentOutOfRangeException>(() => new NewtonKrylov { Forcing = 1 }).Message);
    }
}
