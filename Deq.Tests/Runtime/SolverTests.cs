using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class SolverTests
{
    private static readonly string[] All = ["picard", "anderson", "broyden"];

    public static TheoryData<string> Names => [.. All];

    private static FixedPointSolver Of(string name) => name switch
    {
        "picard" => new Picard(),
        "anderson" => new Anderson(),
        _ => new Broyden(),
    };

    private static SolveSettings Settings(string name, int limit, double tolerance, StopMode mode = StopMode.Relative) =>
        new("the test", Of(name), limit, tolerance, mode, OnFailure.Report);

    private static double[][] Trace(SolveStatistics statistics) => [.. statistics.Residuals.Select(r => r.ToArray())];

    [Theory, MemberData(nameof(Names))]
    public void EverySolver_FindsGoldenP1(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings(name, 1000, 1e-13));
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
        Assert.All(found.Statistics.Converged, Assert.True);
        Assert.Equal(p.Number("zstar_norm"), found.Value.norm().item<double>(), 1e-10);
        Assert.All(p.Numbers("zstar_row0_first5").Zip(Dense.Numbers(found.Value[0])), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
    }

    [Fact]
    public void Broyden_FollowsTheGoldenTrace()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var golden = p.Trace("broyden");
        var ours = FixedPointLoop.Solve(p.F, p.Start, Settings("broyden", golden.Length + 1, 1e-300, StopMode.Absolute)).Statistics.Residuals;
        for (var k = 0; k < golden.Length && golden[k] > 1e-12; k++)
            Assert.InRange(ours[k + 1].Max() / golden[k], 0.5, 2);
    }

    [Fact]
    public void Picard_FollowsTheGoldenTrace()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var golden = p.Trace("fixed_point_iter");
        var ours = FixedPointLoop.Solve(p.F, p.Start, Settings("picard", golden.Length, 1e-300, StopMode.Absolute)).Statistics.Residuals;
        Assert.All(golden.Zip(ours), pair => Assert.Equal(1, pair.Second.Max() / pair.First, 1e-9));
    }

    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(6, 1)]
    [InlineData(6, 0.7)]
    [InlineData(20, 1)]
    public void Anderson_FindsGoldenP1_AtEveryMemoryAndDamping(int memory, double damping)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings("anderson", 3000, 1e-12) with { Solver = new Anderson { Memory = memory, Damping = damping } });
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
        Assert.Equal(p.Number("zstar_norm"), found.Value.norm().item<double>(), 1e-9);
    }

    [Fact]
    public void LimitedBroyden_KeepsConvergingOnAContraction()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings("broyden", 400, 1e-10) with { Solver = new Broyden { Memory = 6 } });
        Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
    }

    [Fact]
    public void LimitedBroyden_FindsGoldenP1Within150Evaluations()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings("broyden", 150, 1e-8) with { Solver = new Broyden { Memory = 6 } });
        Assert.All(found.Statistics.Converged, Assert.True);
    }

    [Fact]
    public void DampedPicard_FindsGoldenP3Within500Evaluations()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings("picard", 500, 1e-10) with { Solver = new Picard { Damping = 0.7 } });
        Assert.All(found.Statistics.Converged, Assert.True);
    }

    [Fact]
    public void EverySolver_OnNoContraction_NeverClaimsConvergence()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        foreach (var name in All)
        {
            var found = FixedPointLoop.Solve(p.F, p.Start, Settings(name, 60, 1e-10));
            var residual = Dense.Numbers((p.F(found.Value) - found.Value).norm(1) / p.F(found.Value).norm(1));
            for (var b = 0; b < residual.Length; b++)
            {
                Assert.Equal(residual[b], found.Statistics.SampleResidual[b], 1e-12);
                Assert.Equal(residual[b] <= 1e-10, found.Statistics.Converged[b]);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void ScalingByAPowerOfTwo_ChangesNoBit(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var plain = FixedPointLoop.Solve(p.F, p.Start, Settings(name, 40, 1e-14));
        foreach (var c in new[] { Math.ScaleB(1, 20), Math.ScaleB(1, -20) })
        {
            var scaled = FixedPointLoop.Solve(z => p.F(z / c) * c, p.Start, Settings(name, 40, 1e-14));
            Assert.Equal(Trace(plain.Statistics), Trace(scaled.Statistics));
            Assert.True(Dense.Same(plain.Value, scaled.Value / c));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void ScalingByAnyConstant_ChangesNothingThatMatters(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var plain = Trace(FixedPointLoop.Solve(p.F, p.Start, Settings(name, 40, 1e-14)).Statistics);
        foreach (var c in new[] { 1e6, 1e-6 })
        {
            var scaled = Trace(FixedPointLoop.Solve(z => p.F(z / c) * c, p.Start, Settings(name, 40, 1e-14)).Statistics);
            for (var k = 0; k < plain.Length && plain[k].Max() > 1e-8; k++)
                for (var b = 0; b < plain[k].Length; b++)
                    Assert.InRange(Math.Abs(scaled[k][b] - plain[k][b]), 0, 1e-6 * Math.Max(1e-2, plain[k][b]));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void ANeighbourThatIsNotFinite_ChangesNoBit(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Solution Solve(double third)
        {
            var x = p.X.clone();
            if (third != 0) x[2] = full([50], third, float64);
            return FixedPointLoop.Solve(z => p.F(z, x), p.Start, Settings(name, 60, 1e-6));
        }
        var plain = Solve(0);
        foreach (var other in new[] { double.NaN, double.PositiveInfinity, 3.0 })
        {
            var mixed = Solve(other);
            foreach (var b in new[] { 0, 1, 3 })
            {
                Assert.True(Dense.Same(plain.Value[b], mixed.Value[b]));
                Assert.Equal(plain.Statistics.SampleEvaluations[b], mixed.Statistics.SampleEvaluations[b]);
                Assert.Equal(plain.Statistics.SampleResidual[b], mixed.Statistics.SampleResidual[b]);
                Assert.Equal(plain.Statistics.Outcomes[b], mixed.Statistics.Outcomes[b]);
                for (var k = 0; k < plain.Statistics.SampleEvaluations[b]; k++)
                    Assert.Equal(plain.Statistics.Residuals[k][b], mixed.Statistics.Residuals[k][b]);
            }
            if (double.IsNaN(other)) Assert.Equal(SolveOutcome.NotFinite, mixed.Statistics.Outcomes[2]);
            Assert.True(mixed.Value.isfinite().all().item<bool>());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Residual_IsThatOfTheResult(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var found = FixedPointLoop.Solve(p.F, p.Start, Settings(name, 12, 1e-4));
        var image = p.F(found.Value);
        var expected = Dense.Numbers((image - found.Value).norm(1) / image.norm(1));
        Assert.All(expected.Zip(found.Statistics.SampleResidual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void AnExactStart_ConvergesAtOnce_EvenAtTheOrigin()
    {
        using var scope = NewDisposeScope();
        foreach (var name in All)
        {
            var found = FixedPointLoop.Solve(z => z * 0.5, zeros(3, 4), Settings(name, 10, 1e-6));
            Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
            Assert.Equal(1, found.Statistics.Evaluations);
        }
    }

    [Fact]
    public void AnEmptyBatch_GivesAnEmptyResult()
    {
        using var scope = NewDisposeScope();
        var found = FixedPointLoop.Solve(z => z * 0.5, zeros(0, 4), Settings("anderson", 10, 1e-6));
        Assert.Equal([0, 4], found.Value.shape);
        Assert.Equal(0, found.Statistics.Evaluations);
    }

    [Fact]
    public void Outcomes_TellHowASolveEnded()
    {
        using var scope = NewDisposeScope();
        SolveOutcome Of(Func<Tensor, Tensor> f, int limit, Solver solver) =>
            FixedPointLoop.Solve(f, ones(1, 3, dtype: float64), new("the test", solver, limit, 1e-8, StopMode.Relative, OnFailure.Report)).Statistics.Outcome;
        Assert.Equal(SolveOutcome.Converged, Of(z => z * 0.1 + 1, 30, new Picard()));
        Assert.Equal(SolveOutcome.LimitReached, Of(z => z * 0.9 + 1, 10, new Picard()));
        Assert.Equal(SolveOutcome.Stagnated, Of(z => -z, 30, new Picard()));
        Assert.Equal(SolveOutcome.Diverged, Of(z => z * 1.5 + 1, 12, new Picard()));
        Assert.Equal(SolveOutcome.NotFinite, Of(z => z.square() * 10, 30, new Picard()));
    }

    [Theory]
    [InlineData(OnFailure.Report, false, false)]
    [InlineData(OnFailure.ThrowIfNotFinite, true, false)]
    [InlineData(OnFailure.Throw, true, true)]
    public void OnFailure_DecidesWhatThrows(OnFailure policy, bool notFiniteThrows, bool limitThrows)
    {
        using var scope = NewDisposeScope();
        SolveSettings settings = new("the test", new Picard(), 5, 1e-8, StopMode.Relative, policy);
        void Check(bool throws, Func<Tensor, Tensor> f, SolveOutcome outcome)
        {
            if (!throws) { Assert.Equal(outcome, FixedPointLoop.Solve(f, ones(2, 3), settings).Statistics.Outcome); return; }
            var e = Assert.Throws<EquilibriumSolveException>(() => FixedPointLoop.Solve(f, ones(2, 3), settings));
            Assert.Equal(outcome, e.Statistics.Outcome);
            Assert.Contains("the test", e.Message);
        }
        Check(notFiniteThrows, z => z * double.NaN, SolveOutcome.NotFinite);
        Check(limitThrows, z => z * 0.9 + 1, SolveOutcome.LimitReached);
    }

    [Fact]
    public void AMapToAnotherShapeTypeOrNothing_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        string Refusal(Func<Tensor, Tensor> f) =>
            Assert.Throws<EquilibriumException>(() => FixedPointLoop.Solve(f, zeros(2, 3), Settings("anderson", 5, 1e-3))).Message;
        Assert.Contains("[2, 3] to [2, 4]", Refusal(_ => zeros(2, 4)));
        Assert.Contains("Float32 to Float64", Refusal(_ => zeros(2, 3, float64)));
        Assert.Contains("null", Refusal(_ => null!));
    }
}
