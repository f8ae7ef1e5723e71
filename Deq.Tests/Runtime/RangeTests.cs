using Deq.Solvers;
using Deq.Tests.Grids;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>States whose squares are no float32 numbers, and iterations that run out of the range.</summary>
public class RangeTests
{
    public static TheoryData<string> Solvers => [.. GridSolvers.Forward.Keys];

    [Theory, MemberData(nameof(Solvers))]
    public void StatesOfAnySize_AreSolvedAndDifferentiated(string solver)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var w = (linalg.qr(randn(5, 5, float64)).Q * 0.6).to(ScalarType.Float32);
        var x = randn(4, 5, ScalarType.Float32);
        var expected = x.to(float64).matmul((eye(5, dtype: float64) - w.to(float64)).inverse());
        EquilibriumOptions options = new() { Solver = GridSolvers.Forward[solver], BackwardSolver = new Anderson(), MaxEvaluations = 200, Tolerance = 1e-5, BackwardTolerance = 1e-5, OnFailure = OnFailure.Report, CheckEvery = GridSolvers.CheckEvery(solver) };
        (Tensor Value, Tensor Gradient, SolveStatistics Statistics) Run(double[] sizes)
        {
            // sizes are powers of ten and not of two: a state that is scaled back is another number, and so is a sample at its own size beside it.
            var given = (x * tensor(sizes, [4, 1], ScalarType.Float32)).requires_grad_();
            var result = Equilibrium.Solve(z => z.matmul(w) + given, zeros(4, 5, ScalarType.Float32), options);
            (result.Value / tensor(sizes, [4, 1], ScalarType.Float32)).sum().BackwardOrThrow();
            return (result.Value.detach(), given.grad!, result.Statistics.Forward!);
        }
        double[] sizes = [1e-22, 1, 1e20, 1e30];
        var (value, gradient, statistics) = Run(sizes);
        Assert.All(statistics.Outcomes, outcome => Assert.Equal(SolveOutcome.Converged, outcome));
        for (var b = 0; b < 4; b++)
        {
            Assert.InRange(Dense.Distance(value[b].to(float64) / sizes[b], expected[b]), 0, 1e-4);
            Assert.InRange(Dense.Distance(gradient[b].to(float64) * sizes[b], ones(1, 5, float64).matmul((eye(5, dtype: float64) - w.to(float64)).inverse().t())[0]), 0, 1e-4);
        }
        // The sample of ordinary size does not notice.
        Assert.True(Dense.Same(Run([1, 1, 1, 1]).Value[1], value[1]));
    }

    [Fact]
    public void AnIterationThatShrinksOutOfTheRange_IsNotConvergedBeforeItIs()
    {
        using var scope = NewDisposeScope();
        var x = full(1, 3, 1e-22, ScalarType.Float32);
        foreach (var evaluations in new[] { 60, 78, 82, 200 })
        {
            var found = FixedPointLoop.Solve(z => z * 0.5 + x, ones(1, 3), new("the test", new Picard(), evaluations, 1e-5, StopMode.Relative, OnFailure.Report));
            Assert.Equal(evaluations == 200, found.Statistics.Outcome == SolveOutcome.Converged);
            if (evaluations == 200) Assert.InRange(Dense.Distance(found.Value, x * 2), 0, 1e-4);
        }
    }

    [Fact]
    public void AnAbsoluteResidual_OfAStateThatIsScaled_IsItsOwn()
    {
        using var scope = NewDisposeScope();
        var x = full(1, 3, 1e20, ScalarType.Float32);
        var heard = FixedPointLoop.Solve(z => z * 0.5 + x, zeros(1, 3), new("the test", new Picard(), 100, 1e16, StopMode.Absolute, OnFailure.Report)).Statistics;
        Assert.Equal(SolveOutcome.Converged, heard.Outcome);
        // The residuals are sqrt(3) 1e20 2^-k.
        for (var k = 0; k < heard.Residuals.Count; k++) Assert.Equal(1, heard.Residuals[k][0] / (Math.Sqrt(3) * 1e20 * Math.Pow(0.5, k)), 1e-2);
        Assert.Equal(1 + (int)Math.Ceiling(Math.Log2(Math.Sqrt(3) * 1e4)), heard.Evaluations);
    }

    [Fact]
    public void WhatRunsAway_DoesNotEndAtItsFarthestIterate()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3, float64);
        var found = FixedPointLoop.Solve(z => z * 1.5 + x, zeros(2, 3, float64), new("the test", new Picard(), 30, 1e-6, StopMode.Relative, OnFailure.Report));
        Assert.Equal(SolveOutcome.Diverged, found.Statistics.Outcome);
        // The farthest is 2 (1.5^29 - 1) = 2.6e5; the residual has grown tenfold at 2 (1.5^6 - 1) = 21.
        Assert.InRange(found.Value.abs().max().item<double>(), 0, 21);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ASampleThatOverflows_EndsAtItsLastIterateWithAFiniteImage_OnAndOffTheTape(int every)
    {
        using var scope = NewDisposeScope();
        static Tensor F(Tensor z) => z * z * z * 1.5;
        var start = tensor(new[] { 2f, 0.1f, 0.2f }, [3, 1]);
        float last = 2, next = 12, expected = 0;
        // The last of these has no finite image, the one before has.
        while (float.IsFinite(next)) (expected, last, next) = (last, next, 1.5f * (next * next * next));
        EquilibriumOptions options = new() { Solver = new Picard(), MaxEvaluations = 30, OnFailure = OnFailure.Report, CheckEvery = every };
        var x = zeros(3, 1).requires_grad_();
        var taped = Equilibrium.Solve(z => F(z) + x, start, options);
        Tensor untaped;
        using (no_grad()) untaped = Equilibrium.Solve(F, start, options).Value;
        Assert.Equal(SolveOutcome.NotFinite, taped.Statistics.Forward!.Outcomes[0]);
        Assert.Equal(1, taped.Value[0, 0].item<float>() / expected, 1e-5);
        Assert.Equal(taped.Value[0, 0].item<float>(), untaped[0, 0].item<float>());
        taped.Value.sum().BackwardOrThrow();
        Assert.Equal(0, x.grad![0, 0].item<float>());
        Assert.All(Dense.Numbers(x.grad!)[1..], g => Assert.Equal(1, g, 1e-1));
    }

    [Theory, MemberData(nameof(Solvers))]
    public void OnAndOffTheTape_ASampleThatOverflowsHasOneValue(string solver)
    {
        using var scope = NewDisposeScope();
        var growth = tensor(new float[] { 0, 1e3f, 0 }, [3, 1]);
        var x = tensor(new float[] { 0.1f, 1, 0.3f }, [3, 1]);
        EquilibriumOptions options = new() { Solver = GridSolvers.Forward[solver], MaxEvaluations = 30, OnFailure = OnFailure.Report, CheckEvery = GridSolvers.CheckEvery(solver) };
        var taped = Equilibrium.Solve(z => z.square() * growth + z * 0.3 + x, zeros(3, 1), options);
        Tensor untaped;
        using (no_grad()) untaped = Equilibrium.Solve(z => z.square() * growth + z * 0.3 + x, zeros(3, 1), options).Value;
        Assert.True(taped.Value.isfinite().all().item<bool>());
        if (taped.Statistics.Forward!.Outcomes[1] == SolveOutcome.NotFinite) Assert.Equal(taped.Value[1].item<float>(), untaped[1].item<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASampleThatIsNotFinite_IsNoPartOfThePenalty(bool reversible)
    {
        using var scope = NewDisposeScope();
        Tensor w = (eye(3, dtype: float64) * 0.5).requires_grad_();
        EquilibriumOptions options = reversible
            ? new() { Beta = 0.7, Steps = 4, JacobianGamma = 1, JacobianSeed = 3, OnFailure = OnFailure.Report }
            : new() { MaxEvaluations = 30, JacobianGamma = 1, JacobianSeed = 3, OnFailure = OnFailure.Report };
        double Penalty(double second)
        {
            var x = zeros(2, 3, float64);
            x[1] = full([3], second, float64);
            x.requires_grad_();
            var result = reversible
                ? Equilibrium.SolveReversible((z, given) => (z.matmul(w) + given[0]).tanh(), zeros(2, 3, float64), [x], options)
                : Equilibrium.Solve(z => (z.matmul(w) + x).tanh(), zeros(2, 3, float64), options);
            return result.JacobianPenalty!.item<double>();
        }
        // tanh is flat at 1e3: such a sample adds zero, as the failed one does.
        Assert.Equal(Penalty(1e3), Penalty(double.NaN), 1e-12);
        Assert.True(Penalty(double.NaN) > 0);
    }
}
