using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Broyden with a line search per sample.</summary>
public class LineSearchTests
{
    private static Solution Solve(Func<Tensor, Tensor> f, Tensor start, bool search, int limit, double tolerance = 1e-10, int? memory = null) =>
        FixedPointLoop.Solve(f, start, new("the test", new Broyden { LineSearch = search, Memory = memory }, limit, tolerance, StopMode.Relative, OnFailure.Report));

    [Fact]
    public void LineSearch_SolvesWhereFullStepsOvershoot()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        const int n = 10, batch = 24;
        var x = randn(batch, n, float64) * 3;
        // No contraction at all: df/dz = -2 - 3 z^2.
        Tensor Cubic(Tensor z) => x - z * 2 - z.pow(3);
        int Solved(bool search) => Solve(Cubic, zeros_like(x), search, 100).Statistics.Converged.Count(c => c);
        int with = Solved(true), without = Solved(false);
        Assert.True(with == batch && with >= without + 4, $"{with} with, {without} without, of {batch}");
    }

    [Theory]
    [InlineData(10, 2.0)]
    [InlineData(20, 2.5)]
    [InlineData(50, 1.6)]
    public void WhereFullStepsArrive_TheSearchHardlyHinders(int n, double scale)
    {
        using var scope = NewDisposeScope();
        manual_seed(n);
        var w = randn(n, n, float64) * (scale / Math.Sqrt(n));
        var x = randn(64, n, float64);
        // ||f(z) - z|| has local minima all over: full steps leave them, and a search that insists on falls ends in them.
        Tensor Tanh(Tensor z) => (z.matmul(w.t()) + x).tanh();
        int Solved(bool search) => Solve(Tanh, zeros_like(x), search, 150, 1e-8).Statistics.Converged.Count(c => c);
        int with = Solved(true), without = Solved(false);
        Assert.True(without >= 60 && with >= without - 2, $"{with} with, {without} without, of 64");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void Samples_AreIndependent_AndEveryEvaluationIsCounted(int? memory)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        Solution Run(double other)
        {
            var calls = 0;
            var x = p.X.clone();
            if (other != 0) x[2] = full([50], other, float64);
            var found = Solve(z => { calls++; return p.F(z, x); }, p.Start, true, 60, 1e-6, memory);
            Assert.Equal(calls, found.Statistics.Evaluations);
            return found;
        }
        var plain = Run(0);
        foreach (var other in new[] { double.NaN, double.PositiveInfinity, 3.0 })
        {
            var mixed = Run(other);
            foreach (var b in new[] { 0, 1, 3 })
            {
                Assert.True(Dense.Same(plain.Value[b], mixed.Value[b]));
                Assert.Equal(plain.Statistics.SampleEvaluations[b], mixed.Statistics.SampleEvaluations[b]);
                Assert.Equal(plain.Statistics.SampleResidual[b], mixed.Statistics.SampleResidual[b]);
            }
        }
    }

    [Fact]
    public void LineSearch_IsScaleFree()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        var plain = Solve(p.F, p.Start, true, 60);
        foreach (var c in new[] { Math.ScaleB(1, 20), Math.ScaleB(1, -20) })
        {
            var scaled = Solve(z => p.F(z / c) * c, p.Start, true, 60);
            Assert.Equal(plain.Statistics.Residuals, scaled.Statistics.Residuals);
        }
    }

    [Fact]
    public void AsAdjointSolver_ItGivesTheSameGradient()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start, new()
        {
            Solver = new Broyden { LineSearch = true },
            MaxEvaluations = 300,
            BackwardMaxEvaluations = 300,
            Tolerance = 1e-13,
            BackwardTolerance = 1e-12,
        });
        (result.Value * p.LossWeights).sum().backward();
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
        Assert.Equal(p.Number("grad_x_norm"), x.grad!.norm().item<double>(), 1e-8);
    }
}
