using Deq.Modules;
using Deq.Reversible;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>The reversible iteration against back-propagation through the same steps.</summary>
public class ReversibleTests
{
    /// <summary>The same steps, unrolled and kept.</summary>
    private static Tensor Unrolled(Func<Tensor, Tensor> f, Tensor start, double beta, int steps, ScalarType state)
    {
        Tensor y = start.to(state), z = y;
        for (var n = 0; n < steps; n++)
        {
            y = y * (1 - beta) + f(z.to(start.dtype)).to(state) * beta;
            z = z * (1 - beta) + f(y.to(start.dtype)).to(state) * beta;
        }
        return z.to(start.dtype);
    }

    [Theory]
    [InlineData(0.5, 8)]
    [InlineData(0.8, 3)]
    [InlineData(0.9, 2)]
    [InlineData(1.5, 8)]
    public void DefaultKeepEvery_IsThePapersRule(double beta, int every) => Assert.Equal(every, ReversibleSettings.DefaultKeepEvery(beta));

    [Theory]
    [InlineData(0.5, ScalarType.Float64, ScalarType.Float32, 13)]
    [InlineData(0.8, ScalarType.Float64, ScalarType.BFloat16, 5)]
    [InlineData(0.9, ScalarType.Float64, ScalarType.Float32, 4)]
    [InlineData(0.5, ScalarType.Float32, ScalarType.Float32, 3)]
    [InlineData(0.5, ScalarType.Float32, ScalarType.Float64, 3)]
    [InlineData(0.8, ScalarType.BFloat16, ScalarType.Float32, 1)]
    public void DefaultKeepEvery_GoesByWhatTheTypesCanTellApart(double beta, ScalarType state, ScalarType cell, int every) =>
        Assert.Equal(every, ReversibleSettings.DefaultKeepEvery(beta, state, cell));

    // Digits of 53, 24, 11 and 8 bits.
    [Theory]
    [InlineData(0.5, 26, 0, ScalarType.Float64, null)]
    [InlineData(0.5, 27, 0, ScalarType.Float64, "digits of 16: its gradient can be wrong. Set KeepEvery to 8 or less, or take a Beta nearer to 0.5.")]
    [InlineData(0.5, 11, 0, ScalarType.Float32, null)]
    [InlineData(0.5, 12, 0, ScalarType.Float32, "digits of 7: its gradient can be wrong. Set KeepEvery to 3 or less, or use a StateType of Float64, or")]
    [InlineData(0.5, 5, 5, ScalarType.Float16, null)]
    [InlineData(0.5, 6, 6, ScalarType.Float16, "digits of 3: ")]
    [InlineData(0.5, 3, 3, ScalarType.BFloat16, null)]
    [InlineData(0.5, 4, 4, ScalarType.BFloat16, "digits of 2: its gradient can be wrong. Set KeepEvery to 1 or less")]
    // Where a single step loses all there is, no KeepEvery helps.
    [InlineData(0.95, 8, 1, ScalarType.BFloat16, "digits of 2: its gradient can be wrong. Use a StateType of Float64, or take a Beta nearer to 0.5.")]
    public void TheWarning_CountsTheDigitsOfTheStatesType_AndAdvisesWhatHelps(double beta, int steps, int keepEvery, ScalarType state, string? warning)
    {
        var said = new ReversibleSettings("layer", beta, steps, null, state, keepEvery, OnFailure.Report).Warning;
        if (warning is null) Assert.Null(said);
        else Assert.Contains(warning, said);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 0.5)]
    [InlineData(ScalarType.BFloat16, 0.8)]
    [InlineData(ScalarType.Float32, 0.5)]
    [InlineData(ScalarType.Float32, 0.8)]
    public void ANarrowState_AtTheDefaults_IsUndoneAsWellAsWithEveryPairKept(ScalarType state, double beta)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var q = (linalg.qr(randn(64, 64, float64)).Q * 0.9).to(float32);
        var given = randn(4, 64);
        Tensor Gradient(int? keepEvery)
        {
            var x = given.clone().requires_grad_();
            var value = Equilibrium.SolveReversible((z, inputs) => (z.matmul(q) + inputs[0]).tanh(), zeros_like(x).detach(), [x],
                new() { Beta = beta, Steps = 32, StateType = state, KeepEvery = keepEvery }).Value;
            return autograd.grad([value.square().sum()], [x])[0];
        }
        Assert.Empty(Warnings.During(() => Assert.InRange(Dense.Distance(Gradient(null), Gradient(1)), 0, state == ScalarType.Float32 ? 1e-4 : 1e-2)));
    }

    [Theory]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.ComplexFloat64)]
    public void AStateType_ThatIsNoRealFloatingPoint_IsRefusedInWords(ScalarType type)
    {
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { StateType = type }).Message;
        Assert.Contains($"StateType is {type}", message);
        Assert.Contains("Float64, Float32, Float16 or BFloat16", message);
    }

    [Fact]
    public void TwoCallsAndARepeatedBackward_AddUp_AndLeaveGradientsAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var block = new Block(8, 2);
        var x = randn(2, 3, 8, float64).requires_grad_();
        var options = new EquilibriumOptions { Beta = 0.8 };
        Tensor Call(double scale) => Equilibrium.SolveReversible((z, inputs) => block.Step(z, inputs[0]), zeros_like(x), [x * scale], options, block).Value;
        Tensor[] leaves = [.. block.parameters(), x];
        var loss = Call(1).square().sum() + Call(2).sin().sum();
        var first = autograd.grad([loss], leaves, retain_graph: true);
        Assert.All(leaves, leaf => Assert.True(leaf.grad is null));
        var again = autograd.grad([loss], leaves);
        Assert.All(first.Zip(again), pair => Assert.True(Dense.Same(pair.First, pair.Second)));
        var unrolled = Unrolled(z => block.Step(z, x), zeros_like(x), 0.8, 8, float64).square().sum()
            + Unrolled(z => block.Step(z, x * 2), zeros_like(x), 0.8, 8, float64).sin().sum();
        // The bias of the last norm cancels nowhere: every leaf has a gradient.
        Assert.InRange(Dense.Distance(first, autograd.grad([unrolled], leaves)), 0, 1e-8);
    }

    [Fact]
    public void DropoutMasks_AreThoseOfTheForwardPass()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var dropout = new VariationalDropout(0.5);
        using var linear = nn.Linear(6, 6, dtype: float64);
        using var model = nn.Sequential(("linear", (nn.Module<Tensor, Tensor>)linear), ("dropout", dropout));
        var x = randn(3, 6, float64).requires_grad_();
        Tensor F(Tensor z, Tensor at) => (model.call(z) * 0.3 + at).tanh();
        manual_seed(6);
        var value = Equilibrium.SolveReversible((z, inputs) => F(z, inputs[0]), zeros_like(x), [x], new() { Beta = 0.5, Steps = 5 }, model).Value;
        manual_seed(7);
        var got = autograd.grad([value.square().sum()], [x])[0];
        manual_seed(6);
        dropout.BeginSolve();
        var expected = autograd.grad([Unrolled(z => F(z, x), zeros_like(x), 0.5, 5, float64).square().sum()], [x])[0];
        dropout.EndSolve();
        Assert.InRange(Dense.Distance(got, expected), 0, 1e-11);
    }

    [Fact]
    public void ATolerance_EndsEachSampleAlone_WithItsExactGradient()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        (Tensor Value, Tensor Gradient, SolveStatistics Forward) Solve(long first, long count)
        {
            var x = p.X.narrow(0, first, count).clone();
            if (first == 0) x[0] = zeros(50, float64);
            x.requires_grad_();
            var result = Equilibrium.SolveReversible((z, inputs) => p.F(z, inputs[0]), zeros_like(x), [x], new() { Beta = 0.8, Steps = 40, Tolerance = 1e-3 });
            return (result.Value, autograd.grad([(result.Value * p.LossWeights).sum()], [x])[0], result.Statistics.Forward!);
        }
        var all = Solve(0, 4);
        Assert.Equal(SolveOutcome.Converged, all.Forward.Outcome);
        Assert.Equal(3, all.Forward.SampleEvaluations[0]);
        Assert.True(all.Forward.SampleEvaluations[1] > 5);
        for (var b = 1; b < 4; b++)
        {
            var alone = Solve(b, 1);
            Assert.Equal(alone.Forward.SampleEvaluations[0], all.Forward.SampleEvaluations[b]);
            Assert.InRange(Dense.Distance(all.Value[b], alone.Value[0]), 0, 1e-12);
            Assert.InRange(Dense.Distance(all.Gradient[b], alone.Gradient[0]), 0, 1e-9);
        }
    }

    [Fact]
    public void ThePenalty_IsThatOfTheJacobianAtTheValue()
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        using var block = new Block(8, 2);
        var x = randn(2, 3, 8, float64).requires_grad_();
        manual_seed(9);
        var result = Equilibrium.SolveReversible((z, inputs) => block.Step(z, inputs[0]), zeros_like(x), [x], new() { Beta = 0.8, JacobianGamma = 2 }, block);
        manual_seed(9);
        var probe = randn_like(x);
        var jacobian = Dense.Jacobian(z => block.Step(z, x), result.Value);
        var expected = 2 * probe.reshape(1, 48).matmul(jacobian).square().mean().item<double>();
        Assert.Equal(1, result.JacobianPenalty!.item<double>() / expected, 1e-9);
        (result.Value.sum() + result.JacobianPenalty).BackwardOrThrow();
    }

    [Fact]
    public void OptionsOfTheOtherKindOfLayer_AreRefusedByName()
    {
        using var scope = NewDisposeScope();
        using var reversible = new ReversibleBlock();
        var x = randn(2, 3);
        Assert.Equal(2, reversible.Solve(x, options: new() { Steps = 1, Tolerance = 1e-9 }).Statistics.Forward!.Evaluations);
        Assert.Contains("Solver, Gradient belong to layers that solve", Assert.Throws<EquilibriumException>(() =>
            reversible.Solve(x, options: new() { Solver = new Solvers.Anderson(), Gradient = GradientMode.Phantom })).Message);
        using var plain = new Plain();
        Assert.Contains("Beta belong to reversible layers", Assert.Throws<EquilibriumException>(() => plain.Solve(x, options: new() { Beta = 0.5 })).Message);
    }

    [Fact]
    public void BadSettings_AreRefusedInWords()
    {
        Assert.Contains("not 1", Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { Beta = 1 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { Beta = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { KeepEvery = -1 });
        Assert.Contains("Beta", Assert.Throws<EquilibriumException>(() => Equilibrium.SolveReversible((z, _) => z, ones(2, 2), [], new())).Message);
    }

    [Fact]
    public void NotFiniteSamples_Throw_OrAreReported_AndOfOneThatFDoesNotKnowAsAnInputTheBackwardStopsByName()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, 4, float64);
        x[1] = full([4], double.NaN, float64);
        x.requires_grad_();
        Tensor F(Tensor z, Tensor[] inputs) => (z * 0.5 + inputs[0]).tanh();
        Assert.Contains("sample 1", Assert.Throws<EquilibriumSolveException>(() => Equilibrium.SolveReversible(F, zeros_like(x), [x], new() { Beta = 0.5 })).Message);
        var reported = Equilibrium.SolveReversible(F, zeros_like(x), [x], new() { Beta = 0.5, OnFailure = OnFailure.Report });
        Assert.True(reported.Value.isfinite().all().item<bool>());
        reported.Value.sum().BackwardOrThrow();
        Assert.Equal(0, x.grad![1].abs().sum().item<double>());
        Assert.True(x.grad![0].abs().sum().item<double>() > 0);
        // What f refers to beside its inputs cannot be replaced.
        var weight = ones(4, float64).requires_grad_();
        var hidden = Equilibrium.SolveReversible((z, inputs) => (z * inputs[0] * 0.5 + x.detach()).tanh(), zeros_like(x), [weight], new() { Beta = 0.5, OnFailure = OnFailure.Report });
        Assert.Contains("sample 1", Assert.Throws<EquilibriumBackwardException>(() => hidden.Value.sum().BackwardOrThrow()).Message);
    }
}

/// <summary>A reversible layer that declares as little as can be.</summary>
[EquilibriumLayer]
[Reversible(beta: 0.5)]
internal sealed partial class ReversibleBlock() : nn.Module<Tensor, Tensor>(nameof(ReversibleBlock))
{
    [Cell] private Tensor Step(Tensor z, Tensor x) => (z * 0.5 + x).tanh();
}
