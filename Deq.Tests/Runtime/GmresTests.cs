using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class GmresTests
{
    private static SolveSettings Settings(int limit, double tolerance, int? memory = null) =>
        new("the test", new Gmres { Memory = memory }, limit, tolerance, StopMode.Relative, OnFailure.Report);

    /// <summary>A batch of matrices with spectral radius rho, half of the eigenvalues in complex pairs.</summary>
    private static Tensor Matrices(int batch, int n, double rho)
    {
        var a = randn(batch, n, n, float64);
        return stack([.. Enumerable.Range(0, batch).Select(b => a[b] * (rho / Dense.SpectralRadius(a[b])))]);
    }

    [Theory]
    [InlineData(0.5, null)]
    [InlineData(0.99, null)]
    [InlineData(0.9, 12)]
    [InlineData(2.0, null)]
    public void Solution_IsThatOfDenseAlgebra(double rho, int? memory)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor a = Matrices(5, 20, rho), g = randn(5, 20, float64);
        Tensor Product(Tensor v) => a.matmul(v.unsqueeze(2)).squeeze(2);
        var found = GmresSolve.Solve(Product, g, Settings(400, 1e-10, memory));
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
        var exact = linalg.solve(eye(20, dtype: float64) - a, g.unsqueeze(2)).squeeze(2);
        Assert.InRange(Dense.Distance(found.Value, exact), 0, 1e-7);
        if (memory is null) Assert.InRange(found.Statistics.Evaluations, 1, 21);
    }

    [Fact]
    public void Residual_IsTheTrueOne()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        Tensor a = Matrices(3, 40, 0.9), g = randn(3, 40, float64);
        foreach (var limit in new[] { 1, 5, 9, 15 })
        {
            // With limit k the result is A u + g: its own residual is A times that of u, so compare u through the fixed point map.
            var found = GmresSolve.Solve(v => a.matmul(v.unsqueeze(2)).squeeze(2), g, Settings(limit, 1e-14, memory: 6));
            var exact = linalg.solve(eye(40, dtype: float64) - a, g.unsqueeze(2)).squeeze(2);
            var error = a.inverse().matmul((found.Value - exact).unsqueeze(2)).squeeze(2);   // u - u*
            var residual = error - a.matmul(error.unsqueeze(2)).squeeze(2);
            var measured = Dense.Numbers(residual.norm(1) / found.Value.norm(1));
            Assert.All(measured.Zip(found.Statistics.SampleResidual), pair => Assert.Equal(1, pair.First / pair.Second, 1e-6));
        }
    }

    [Fact]
    public void FewerProductsThanAnderson_AlsoAtSpectralRadius99()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (var rho in new[] { 0.9, 0.99 })
            foreach (var tolerance in new[] { 1e-3, 1e-6 })
            {
                Tensor a = Matrices(4, 100, rho), g = randn(4, 100, float64);
                Tensor Product(Tensor v) => a.matmul(v.unsqueeze(2)).squeeze(2);
                var gmres = GmresSolve.Solve(Product, g, Settings(500, tolerance));
                var anderson = FixedPointLoop.Solve(u => Product(u) + g, g, Settings(500, tolerance) with { Solver = new Anderson() });
                Assert.Equal(SolveOutcome.Converged, gmres.Statistics.Outcome);
                Assert.True(gmres.Statistics.Evaluations < anderson.Statistics.Evaluations, $"{gmres.Statistics.Evaluations} against {anderson.Statistics.Evaluations}");
            }
    }

    [Fact]
    public void DegenerateSystems_AreSolvedWithoutANaN()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        // No map, a zero right-hand side, an eigenvector as right-hand side, a nilpotent map.
        var a = stack([zeros(6, 6, float64), eye(6, dtype: float64) * 0.5, eye(6, dtype: float64) * -0.25, diag(ones(5, float64), 1)]);
        var g = randn(4, 6, float64);
        g[1] = zeros(6, float64);
        foreach (var type in new[] { float64, float32 })
        {
            Tensor at = a.to(type), gt = g.to(type);
            var found = GmresSolve.Solve(v => at.matmul(v.unsqueeze(2)).squeeze(2), gt, Settings(20, 1e-5));
            Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
            var exact = linalg.solve(eye(6, dtype: float64) - a, g.unsqueeze(2)).squeeze(2);
            Assert.True((found.Value.to(float64) - exact).abs().max().item<double>() < 1e-4);
        }
    }

    [Fact]
    public void ANeighbour_ChangesNoBit()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var a = Matrices(4, 30, 0.9);
        var g = randn(4, 30, float64);
        Solution Solve(double? third)
        {
            var right = g.clone();
            if (third is { } value) right[2] = full([30], value, float64);
            return GmresSolve.Solve(v => a.matmul(v.unsqueeze(2)).squeeze(2), right, Settings(60, 1e-6));
        }
        var plain = Solve(null);
        foreach (var other in new[] { double.NaN, double.PositiveInfinity, 0, 1e3 })
        {
            var mixed = Solve(other);
            foreach (var b in new[] { 0, 1, 3 })
            {
                Assert.Equal(Dense.Numbers(plain.Value[b]), Dense.Numbers(mixed.Value[b]));
                Assert.Equal(plain.Statistics.SampleResidual[b], mixed.Statistics.SampleResidual[b]);
                Assert.Equal(plain.Statistics.SampleEvaluations[b], mixed.Statistics.SampleEvaluations[b]);
            }
            if (double.IsNaN(other)) Assert.Equal(SolveOutcome.NotFinite, mixed.Statistics.Outcomes[2]);
        }
    }

    [Fact]
    public void AsAdjointSolver_GivesTheImplicitGradient()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start,
            new() { Solver = new Broyden(), MaxEvaluations = 200, Tolerance = 1e-13, BackwardSolver = new Gmres(), BackwardMaxEvaluations = 100, BackwardTolerance = 1e-13 });
        (result.Value * p.LossWeights).sum().BackwardOrThrow();
        Assert.Equal(p.Number("grad_x_norm"), x.grad!.norm().item<double>(), 1e-8);
        Assert.Equal("gmres", result.Statistics.Backward!.Solver);
    }
}
