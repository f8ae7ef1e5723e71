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
    public void LineSearch_SolvesMoreSamplesWhereFullStepsOvershoot()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        const int n = 10, batch = 64;
        var a = randn(n, n, float64) * (3 / Math.Sqrt(n));
        var x = randn(batch, n, float64);
        Tensor F(Tensor z) => (z.matmul(a.t()) + x).tanh() * 2;
        int Solved(bool search) => Solve(F, zeros_like(x), search, 200).Statistics.Converged.Count(c => c);
        int full = Solved(false), searched = Solved(true);
        Assert.True(searched >= full + 5, $"{searched} with, {full} without, of {batch}");
    }

    [Fact]
    public void WithFullSteps_ItIsThePlainMethod()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        // Every step falls there, so none is shortened.
        Solution plain = Solve(p.F, p.Start, false, 40), searched = Solve(p.F, p.Start, true, 40);
        for (var k = 0; k < plain.Statistics.Residuals.Count; k++)
            for (var b = 0; b < 4; b++)
                Assert.Equal(plain.Statistics.Residuals[k][b], searched.Statistics.Residuals[k][b], 1e-9);
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
