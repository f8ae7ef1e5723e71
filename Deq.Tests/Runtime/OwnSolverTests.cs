using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>A solver that is none of Deq's: its own iteration, the library's loop.</summary>
public class OwnSolverTests
{
    /// <summary>Picard with momentum (Polyak's heavy ball): z &lt;- f(z) + b (z - z_previous).</summary>
    public sealed record HeavyBall : FixedPointSolver
    {
        public double Momentum { get; init; } = 0.3;

        public override string Name => "heavy_ball";

        public override SolverState Begin(Tensor start, FixedPointProblem problem) => new State(start, Momentum);

        private sealed class State(Tensor start, double momentum) : SolverState
        {
            private readonly Tensor previous = start.clone();

            public override bool NeedsNumbers => false;

            public override Tensor Measure(Tensor z, Tensor image) => cat([Squares(image - z), Squares(image)], 1);

            public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
            {
                var next = image + (z - previous) * momentum;
                previous.copy_(z);
                return next;
            }
        }
    }

    /// <summary>Looks half way as well, by an evaluation of its own, and reads a number of its own.</summary>
    private sealed record TwoLooks : FixedPointSolver
    {
        public override string Name => "two_looks";

        public override SolverState Begin(Tensor start, FixedPointProblem problem) => new State(problem);

        private sealed class State(FixedPointProblem problem) : SolverState
        {
            public override Tensor Measure(Tensor z, Tensor image) => cat([Squares(image - z), Squares(image), z.select(1, 0).unsqueeze(1)], 1);

            public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
            {
                Assert.Equal(Dense.Numbers(z)[0], numbers[0, 2]);
                return problem.Remaining > 0 ? problem.Evaluate(image) : image;
            }
        }
    }

    private sealed record Broken(string Kind) : FixedPointSolver
    {
        public override string Name => "broken";

        public override SolverState Begin(Tensor start, FixedPointProblem problem) => new State(Kind);

        private sealed class State(string kind) : SolverState
        {
            public override bool NeedsNumbers => kind != "numbers";

            public override Tensor Measure(Tensor z, Tensor image) =>
                kind == "measure" ? Squares(z) : cat([Squares(image - z), Squares(image)], 1);

            public override Tensor Next(Tensor z, Tensor image, Measurements numbers) => kind switch
            {
                "shape" => image.sum(1),
                "type" => image.to(float32),
                "numbers" => image * numbers[0, 0],
                "nothing" => null!,
                "same" => image,
                _ => image.alias(),
            };
        }
    }

    private static SolveSettings Settings(Solver solver, int limit = 400) => new("the test", solver, limit, 1e-10, StopMode.Relative, OnFailure.Report);

    [Fact]
    public void ASolverOfOnesOwn_WorksForwardAndAsAdjoint()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        foreach (var every in new[] { 1, 4 })
        {
            var x = p.X.clone().requires_grad_();
            var result = Equilibrium.Solve(z => p.F(z, x), p.Start, new()
            {
                Solver = new HeavyBall(),
                BackwardSolver = new HeavyBall { Momentum = 0.5 },
                MaxEvaluations = 1000,
                BackwardMaxEvaluations = 1000,
                Tolerance = 1e-13,
                BackwardTolerance = 1e-13,
                CheckEvery = every,
            });
            (result.Value * p.LossWeights).sum().backward();
            Assert.Equal(p.Number("grad_x_norm"), x.grad!.norm().item<double>(), 1e-8);
            Assert.Equal("heavy_ball", result.Statistics.Forward!.Solver);
            Assert.Equal("heavy_ball", result.Statistics.Backward!.Solver);
            Assert.Equal(SolveOutcome.Converged, result.Statistics.Forward.Outcome);
            Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward.Outcome);
        }
    }

    [Fact]
    public void EvaluationsThatASolverMakesItself_AreCountedAndLimited()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        foreach (var limit in new[] { 1, 2, 7, 400 })
        {
            var calls = 0;
            var found = FixedPointLoop.Solve(z => { calls++; return p.F(z); }, p.Start, Settings(new TwoLooks(), limit));
            Assert.Equal(calls, found.Statistics.Evaluations);
            Assert.InRange(calls, 1, limit);
            Assert.Equal(limit == 400, found.Statistics.Outcome == SolveOutcome.Converged);
        }
    }

    [Theory]
    [InlineData("measure", "Measure")]
    [InlineData("shape", "Next")]
    [InlineData("type", "Next")]
    [InlineData("nothing", "Next")]
    public void ASolverThatBreaksItsContract_IsToldWhich(string kind, string says)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var message = Assert.Throws<EquilibriumException>(() => FixedPointLoop.Solve(p.F, p.Start, Settings(new Broken(kind)))).Message;
        Assert.Contains("broken", message);
        Assert.Contains(says, message);
    }

    [Fact]
    public void NumbersThatWereNotAskedFor_CannotBeRead()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Assert.Contains("NeedsNumbers", Assert.Throws<InvalidOperationException>(() =>
            FixedPointLoop.Solve(p.F, p.Start, Settings(new Broken("numbers")) with { CheckEvery = 4 })).Message);
    }

    [Fact]
    public void ASolverThatReturnsWhatItWasGiven_IsUnderstood()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Assert.True(Dense.Same(
            FixedPointLoop.Solve(p.F, p.Start, Settings(new Broken("alias"))).Value,
            FixedPointLoop.Solve(p.F, p.Start, Settings(new Broken("same"))).Value));
    }
}
