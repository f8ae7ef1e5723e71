using System.Runtime.InteropServices;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>What fails says so, in a managed exception or an outcome, and spoils nothing beside it.</summary>
public class FailureTests
{
    private static readonly EquilibriumOptions Short = new() { Solver = new Picard(), MaxEvaluations = 5, BackwardMaxEvaluations = 5, OnFailure = OnFailure.Report };

    [Fact]
    public void ACellThatThrowsInTheSolve_ThrowsThroughForward()
    {
        using var scope = NewDisposeScope();
        var calls = 0;
        var e = Assert.Throws<InvalidOperationException>(() =>
            Equilibrium.Solve(z => ++calls == 3 ? throw new InvalidOperationException("the cell says no") : z * 0.5 + 1, ones(2, 3), Short));
        Assert.Equal("the cell says no", e.Message);
    }

    [Fact]
    public void ACellThatThrowsInTheRecordedEvaluation_ThrowsThroughForward()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3).requires_grad_();
        var e = Assert.Throws<InvalidOperationException>(() =>
            Equilibrium.Solve(z => is_grad_enabled() ? throw new InvalidOperationException("not on tape") : z * 0.5 + x, ones(2, 3), Short));
        Assert.Equal("not on tape", e.Message);
        // The thread's grad mode and scopes are as before.
        Assert.True(is_grad_enabled());
        Assert.Same(scope, CurrentDisposeScope);
    }

    [Fact]
    public void ACellThatFailsInItsBackward_IsThrownByBackwardOrThrow_AndTheNextStepWorks()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3).requires_grad_();
        var broken = true;
        Tensor Cell(Tensor z)
        {
            var a = (z * 0.5 + x).exp();
            var b = a * a;
            // Changing what exp has saved makes its backward fail.
            if (broken) a.mul_(0.5);
            return b * 0.01;
        }
        var result = Equilibrium.Solve(Cell, zeros(2, 3), Short);
        var e = Assert.Throws<EquilibriumBackwardException>(() => result.Value.sum().BackwardOrThrow());
        Assert.IsType<ExternalException>(e.InnerException);
        Assert.Contains("modified by an inplace operation", e.InnerException!.Message);
        Assert.Same(e, result.Statistics.BackwardFailure);

        broken = false;
        x.grad = null;
        Equilibrium.Solve(Cell, zeros(2, 3), Short).Value.sum().BackwardOrThrow();
        Assert.True(x.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void AFailureInTheBackward_NeverLeavesASilentGradient()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3).requires_grad_();
        var result = Equilibrium.Solve(z => z * 0.5 + x, zeros(2, 3), Short with { OnFailure = OnFailure.Throw, Tolerance = 0.5, BackwardTolerance = 1e-12 });
        var heard = Warnings.During(() => Assert.ThrowsAny<Exception>(() => result.Value.sum().backward()));
        Assert.Contains("adjoint solve", Assert.Single(heard));
        Assert.True(x.grad is null);
        Assert.Contains("adjoint solve", result.Statistics.BackwardFailure!.Message);
        Assert.Equal(SolveOutcome.LimitReached, result.Statistics.Backward!.Outcome);
    }

    [Fact]
    public void ANotFiniteSample_Throws_AndSaysWhich()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, 4);
        x[1] = full([4], double.NaN);
        var e = Assert.Throws<EquilibriumSolveException>(() => Equilibrium.Solve(z => z * 0.5 + x, zeros(3, 4)));
        Assert.Contains("sample 1", e.Message);
        Assert.Equal([SolveOutcome.Converged, SolveOutcome.NotFinite, SolveOutcome.Converged], e.Statistics.Outcomes);
    }

    [Fact]
    public void ANotFiniteSample_WhereThrowingIsOff_HasItsLastFiniteIterateAndZeroGradient()
    {
        using var scope = NewDisposeScope();
        // Sample 1 runs away, 1e3 z^2 from 1 on: finite at first, infinite after a few evaluations.
        var x = tensor(new float[,] { { 0.1f, 0.2f }, { 1, 1 }, { 0.3f, 0.1f } }).requires_grad_();
        var growth = tensor(new float[,] { { 0 }, { 1e3f }, { 0 } });
        var result = Equilibrium.Solve(z => z.square() * growth + z * 0.3 + x, zeros(3, 2), Short with { MaxEvaluations = 30 });
        Assert.Equal(SolveOutcome.NotFinite, result.Statistics.Forward!.Outcomes[1]);
        Assert.True(result.Value.isfinite().all().item<bool>());
        result.Value.square().sum().BackwardOrThrow();
        var gradient = Dense.Numbers(x.grad!);
        Assert.Equal([0, 0], gradient[2..4]);
        Assert.All(gradient[..2].Concat(gradient[4..]), g => Assert.True(g > 0));
    }

    [Fact]
    public void ACellThatIsNotFiniteWhereItEnded_StopsTheBackwardByName()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, 2);
        x[2] = full([2], double.NaN);
        x.requires_grad_();
        var result = Equilibrium.Solve(z => z * 0.5 + x, zeros(3, 2), Short);
        Assert.Equal(zeros(2), result.Value[2]);
        var e = Assert.Throws<EquilibriumBackwardException>(() => result.Value.sum().BackwardOrThrow());
        Assert.Contains("sample 2", e.Message);
    }

    [Fact]
    public void WhereEverySampleFailed_NoGradientPasses_AndThatIsSaid()
    {
        using var scope = NewDisposeScope();
        var x = full([2, 3], double.NaN).requires_grad_();
        var result = Equilibrium.Solve((z, given) => z * 0.5 + given[0], zeros(2, 3), [x], Short);
        var e = Assert.Throws<EquilibriumBackwardException>(() => result.Value.sum().BackwardOrThrow());
        Assert.Contains("not finite for any sample", e.Message);
        Assert.Contains("samples 0, 1", e.Message);
        Assert.DoesNotContain("Equilibrium.Solve(", e.Message);
        result = Equilibrium.SolveReversible((z, given) => z * 0.5 + given[0], zeros(2, 3), [x], new() { Beta = 0.5, OnFailure = OnFailure.Report });
        Assert.Contains("samples 0, 1", Assert.Throws<EquilibriumBackwardException>(() => result.Value.sum().BackwardOrThrow()).Message);
    }

    [Fact]
    public void BackwardOrThrow_LeavesOtherErrorsAsTheyAre()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => ones(3).requires_grad_().BackwardOrThrow());
        Assert.Throws<ArgumentNullException>(() => ((Tensor)null!).BackwardOrThrow());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ATolerance_ThatIsNotPositive_IsRefused(double tolerance)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { Tolerance = tolerance });
        Assert.Contains("Tolerance", e.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { BackwardTolerance = tolerance });
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedInWords()
    {
        Assert.Contains("at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { MaxEvaluations = 0 }).Message);
        Assert.Contains("[0, 1]", Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { JacobianFrequency = 1.5 }).Message);
        Assert.Contains("not negative", Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { JacobianGamma = -1 }).Message);
        Assert.Contains("(0, 1]", Assert.Throws<ArgumentOutOfRangeException>(() => new Picard { Damping = 0 }).Message);
        Assert.Contains("at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Anderson { Memory = 0 }).Message);
        Assert.Contains("at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Broyden { Memory = -3 }).Message);
    }

    [Fact]
    public void Options_OfACall_GoOverThoseOfALevelBelow()
    {
        EquilibriumOptions below = new() { MaxEvaluations = 20, InferenceMaxEvaluations = 10, Tolerance = 1e-2, Solver = new Broyden() };
        var merged = new EquilibriumOptions { MaxEvaluations = 5 }.Over(below);
        Assert.Equal(5, merged.MaxEvaluations);
        Assert.Equal(5, merged.InferenceMaxEvaluations);
        Assert.Equal(1e-2, merged.Tolerance);
        Assert.IsType<Broyden>(merged.Solver);
        Assert.Equal(10, EquilibriumOptions.Default.Over(below).InferenceMaxEvaluations);
    }
}
