using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Residuals that are read every k evaluations: what is found is what reading each would have found.</summary>
public class CheckEveryTests
{
    private static SolveSettings Settings(Solver solver, int every, int limit = 100, double tolerance = 1e-4) =>
        new("the test", solver, limit, tolerance, StopMode.Relative, OnFailure.Report, CheckEvery: every);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Picard_GivesTheSameToTheBit_ForAFewEvaluationsMore(int every)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        foreach (var damping in new[] { 1, 0.8 })
            foreach (var keep in Enum.GetValues<Keep>())
                foreach (var limit in new[] { 9, 200 })
                {
                    Solution Solve(int k) => FixedPointLoop.Solve(p.F, p.Start, Settings(new Picard { Damping = damping }, k, limit), keep);
                    Solution each = Solve(1), some = Solve(every);
                    Assert.True(Dense.Same(each.Value, some.Value));
                    Assert.Equal(each.Statistics.Residuals, some.Statistics.Residuals);
                    Assert.Equal(each.Statistics.Outcomes, some.Statistics.Outcomes);
                    Assert.Equal(each.Statistics.SampleEvaluations, some.Statistics.SampleEvaluations);
                    Assert.Equal(each.Statistics.SampleResidual, some.Statistics.SampleResidual);
                    // The total is what was evaluated: up to the next check.
                    Assert.Equal(Math.Min(limit, (each.Statistics.Evaluations + every - 1) / every * every), some.Statistics.Evaluations);
                }
    }

    [Fact]
    public void Picard_ReadsNothingBetweenTwoChecks()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var heard = new Heard();
        var evaluated = new List<int>();
        var count = 0;
        FixedPointLoop.Solve(z =>
        {
            evaluated.Add(heard.Evaluations.Count);
            count++;
            return p.F(z);
        }, p.Start, Settings(new Picard(), 4, 10, 1e-12) with { Observer = heard });
        // Before evaluations 1 to 4 nothing was known, before 5 to 8 the first four, and so on; the last check is the limit's.
        Assert.Equal([0, 0, 0, 0, 4, 4, 4, 4, 8, 8], evaluated);
        Assert.Equal(Enumerable.Range(1, 10), heard.Evaluations);
    }

    [Fact]
    public void ASampleThatIsNotFiniteBetweenTwoChecks_IsFound_AndItsNeighboursNotTouched()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Solution Solve(int every)
        {
            var calls = 0;
            return FixedPointLoop.Solve(z =>
            {
                var image = p.F(z);
                if (++calls == 2) image[1] = full([50], double.NaN, float64);
                return image;
            }, p.Start, Settings(new Picard(), every));
        }
        Solution each = Solve(1), some = Solve(5);
        Assert.Equal(SolveOutcome.NotFinite, some.Statistics.Outcomes[1]);
        Assert.Equal(2, some.Statistics.SampleEvaluations[1]);
        Assert.True(Dense.Same(each.Value, some.Value));
        Assert.True(some.Value.isfinite().all().item<bool>());
    }

    [Fact]
    public void TheOtherSolvers_CheckEveryEvaluation()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        foreach (FixedPointSolver solver in new FixedPointSolver[] { new Anderson(), new Broyden(), new NewtonKrylov() })
            Assert.Equal(
                FixedPointLoop.Solve(p.F, p.Start, Settings(solver, 1)).Statistics.Evaluations,
                FixedPointLoop.Solve(p.F, p.Start, Settings(solver, 4)).Statistics.Evaluations);
    }

    [Fact]
    public void TheOption_IsForTheForwardAndTheAdjointSolve()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Tensor Gradient(int every, out EquilibriumStatistics statistics)
        {
            var x = p.X.clone().requires_grad_();
            var result = Equilibrium.Solve(z => p.F(z, x), p.Start, new() { Solver = new Picard(), CheckEvery = every, MaxEvaluations = 500, BackwardMaxEvaluations = 500 });
            var gradient = autograd.grad([(result.Value * p.LossWeights).sum()], [x])[0];
            statistics = result.Statistics;
            return gradient;
        }
        Tensor each = Gradient(1, out _), some = Gradient(8, out var statistics);
        Assert.True(Dense.Same(each, some));
        Assert.Equal(0, statistics.Forward!.Evaluations % 8);
        Assert.Equal(0, statistics.Backward!.Evaluations % 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { CheckEvery = 0 });
    }

    private sealed class Heard : ISolveObserver
    {
        public List<int> Evaluations { get; } = [];

        public void OnEvaluation(string subject, int evaluation, IReadOnlyList<double> residuals) => Evaluations.Add(evaluation);

        public void OnEnd(SolveStatistics statistics) { }
    }
}
