using Deq.Regularization;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Calls without a layer: several states, intermediate states, and options that would do nothing.</summary>
public class PlainCallTests
{
    private static readonly long[][] Shapes = [[3, 4], [3, 2, 2], [3]];

    private readonly Tensor weight, x;

    public PlainCallTests()
    {
        manual_seed(71);
        weight = (randn(9, 9, float64) * 0.2).requires_grad_();
        x = randn(3, 9, float64).requires_grad_();
    }

    private static Tensor[] Start => [.. Shapes.Select(shape => zeros(shape, float64))];

    private Tensor Packed(Tensor z) => (z.matmul(weight) + x).tanh();

    private static Tensor[] Split(Tensor z) => [.. z.split([4, 4, 1], 1).Select((part, i) => part.reshape(Shapes[i]))];

    private static Tensor Join(Tensor[] states) => cat([.. states.Select(state => state.reshape(3, -1))], 1);

    private Tensor[] Cell(Tensor[] states) => Split(Packed(Join(states)));

    [Theory]
    [InlineData(GradientMode.Implicit)]
    [InlineData(GradientMode.Phantom)]
    [InlineData(GradientMode.Neumann)]
    [InlineData(GradientMode.Unrolled)]
    [InlineData(GradientMode.Shine)]
    public void SeveralStates_AreTheOneThatHoldsThemAll(GradientMode mode)
    {
        using var scope = NewDisposeScope();
        EquilibriumOptions options = new() { Solver = new Broyden(), Gradient = mode, JacobianGamma = 2, JacobianSeed = 5, MaxEvaluations = 9 };
        Tensor c = randn(3, 9, float64);
        var one = Equilibrium.Solve(Packed, zeros(3, 9, float64), options);
        var several = Equilibrium.Solve(Cell, Start, options);
        Assert.Equal(Shapes, several.Value.Select(state => state.shape));
        Assert.True(Dense.Same(one.Value, Join(several.Value)));
        Assert.Equal(one.JacobianPenalty!.item<double>(), several.JacobianPenalty!.item<double>());
        Assert.Equal(one.Statistics.Forward!.Residual, several.Statistics.Forward!.Residual);
        var expected = autograd.grad([(one.Value * c).sum() + one.JacobianPenalty], [x, weight]);
        Assert.InRange(Dense.Distance(autograd.grad([(Join(several.Value) * c).sum() + several.JacobianPenalty], [x, weight]), expected), 0, 1e-14);
    }

    [Fact]
    public void SeveralStates_HaveTheGradientOfDenseAlgebra()
    {
        using var scope = NewDisposeScope();
        var c = randn(3, 9, float64);
        var states = Equilibrium.Solve(Cell, Start, new() { Tolerance = 1e-12, BackwardTolerance = 1e-12, MaxEvaluations = 200, BackwardMaxEvaluations = 200 }).Value;
        var value = Join(states);
        var expected = Dense.ImplicitGradient(Packed, value.detach(), c, x, weight);
        Assert.InRange(Dense.Distance(autograd.grad([(value * c).sum()], [x, weight]), expected), 0, 1e-9);
        var report = Equilibrium.CheckGradient(Cell, Start, [x, weight]);
        Assert.True(report.Passed, report.Message);
        Assert.All(report.Entries, entry => Assert.NotNull(entry.AlgebraError));
    }

    [Fact]
    public void SeveralStates_OfTypesOfTheirOwn_KeepThem()
    {
        using var scope = NewDisposeScope();
        var z = Equilibrium.Solve(s => [(s[0] * 0.5 + 1).tanh(), (s[1] * 0.5 + s[0].to(float32).sum(1, keepdim: true)).tanh()], [zeros(2, 3, float64), zeros(2, 1, float32)]).Value;
        Assert.Equal([float64, float32], z.Select(state => state.dtype));
    }

    [Fact]
    public void SeveralStates_WithoutGradMode_AreOnNoTape()
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        Assert.All(Equilibrium.Solve(Cell, Start).Value, state => Assert.False(state.requires_grad));
    }

    [Fact]
    public void SeveralStates_ThatDoNotFit_AreRefusedInWords()
    {
        using var scope = NewDisposeScope();
        string Refusal(Func<Tensor[], Tensor[]> cell, Tensor[] start) => Assert.Throws<EquilibriumException>(() => Equilibrium.Solve(cell, start)).Message;
        Assert.Contains("holds no state", Refusal(z => z, []));
        Assert.Contains("maps 3 states to 2", Refusal(z => z[..2], Start));
        Assert.Contains("dimension 0 of every state is the batch", Refusal(z => z, [zeros(2, 3), zeros(3, 3)]));
        Assert.Contains("[3, 4] to [4, 3]", Refusal(z => [z[0].t(), z[1], z[2]], Start));
    }

    [Fact]
    public void ReversibleStepsOfSeveralStates_HaveTheGradientOfTheSteps()
    {
        using var scope = NewDisposeScope();
        var c = randn(3, 9, float64);
        Tensor[] Given(Tensor[] states, Tensor[] inputs) => Split((Join(states).matmul(inputs[1]) + inputs[0]).tanh());
        var start = Start.Select(state => state.requires_grad_()).ToArray();
        var states = Equilibrium.SolveReversible(Given, start, [x, weight], new() { Beta = 0.7, Steps = 12 }).Value;
        Assert.Equal(Shapes, states.Select(state => state.shape));
        Tensor y = Join(start), z = y;
        for (var n = 0; n < 12; n++)
        {
            y = y * 0.3 + Packed(z) * 0.7;
            z = z * 0.3 + Packed(y) * 0.7;
        }
        Tensor[] leaves = [x, weight, .. start];
        Assert.InRange(Dense.Distance(Join(states), z), 0, 1e-13);
        Assert.InRange(Dense.Distance(autograd.grad([(Join(states) * c).sum()], leaves), autograd.grad([(z * c).sum()], leaves)), 0, 1e-10);
    }

    [Fact]
    public void CorrectionStates_AreRecordedByACallToo()
    {
        using var scope = NewDisposeScope();
        List<Tensor> iterates = [];
        Tensor Cell(Tensor z)
        {
            if (!is_grad_enabled()) iterates.Add(z.clone().DetachFromDisposeScope());
            return Packed(z);
        }
        EquilibriumOptions options = new() { Solver = new Picard(), MaxEvaluations = 9, Tolerance = 1e-300, CorrectionStates = 3, CorrectionDecay = 0.5 };
        var result = Equilibrium.Solve(Cell, zeros(3, 9, float64), options);
        Assert.Equal(3, result.Intermediates.Count);
        // Each is f of an iterate of this solve, with the gradient of that one evaluation.
        foreach (var intermediate in result.Intermediates)
        {
            var at = Assert.Single(iterates, z => Dense.Distance(Packed(z), intermediate) < 1e-14);
            var expected = autograd.grad([Packed(at).sin().sum()], [x, weight]);
            Assert.InRange(Dense.Distance(autograd.grad([intermediate.sin().sum()], [x, weight], retain_graph: true), expected), 0, 1e-13);
        }
        var weighted = 0.125 * result.Intermediates[0].sum() + 0.25 * result.Intermediates[1].sum() + 0.5 * result.Intermediates[2].sum();
        Assert.Equal(weighted.item<double>(), result.CorrectionLoss(z => z.sum()).item<double>(), 1e-12);
        var several = Equilibrium.Solve(this.Cell, Start, options);
        Assert.Equal(3, several.Intermediates.Count);
        Assert.InRange(Dense.Distance(Join(several.Intermediates[1]), result.Intermediates[1]), 0, 1e-14);
    }

    public static TheoryData<string, string> OfNoUse => new()
    {
        { "Beta, Steps, KeepEvery, StateType", "SolveReversible" },
        { "InferenceMaxEvaluations, InferenceTolerance", "Give the module" },
        { "PenaltyWeight", "JacobianAttach" },
        { "JacobianFrequency, JacobianProbes, JacobianSeed, JacobianThroughState", "Set JacobianGamma" },
        { "CorrectionDecay", "Set CorrectionStates" },
    };

    [Theory, MemberData(nameof(OfNoUse))]
    public void OptionsThatWouldDoNothing_AreRefusedByName(string names, string advice)
    {
        using var scope = NewDisposeScope();
        var options = names.Split(", ")[0] switch
        {
            "Beta" => new EquilibriumOptions { Beta = 0.5, Steps = 3, KeepEvery = 2, StateType = float32 },
            "InferenceMaxEvaluations" => new() { InferenceMaxEvaluations = 3, InferenceTolerance = 0.1 },
            "PenaltyWeight" => new() { PenaltyWeight = 3, JacobianGamma = 1 },
            "JacobianFrequency" => new() { JacobianFrequency = 0.5, JacobianProbes = 2, JacobianSeed = 3, JacobianThroughState = true },
            _ => new() { CorrectionDecay = 0.9 },
        };
        foreach (var call in new Action[] { () => Equilibrium.Solve(Packed, zeros(3, 9, float64), options), () => Equilibrium.Solve(Cell, Start, options) })
        {
            var message = Assert.Throws<EquilibriumException>(call).Message;
            Assert.Contains(names, message);
            Assert.Contains("would do nothing", message);
            Assert.Contains(advice, message);
        }
    }

    [Fact]
    public void OptionsOfASolve_AreRefusedByReversibleSteps()
    {
        using var scope = NewDisposeScope();
        EquilibriumOptions options = new() { Beta = 0.5, Solver = new Broyden(), Gradient = GradientMode.Phantom, MaxEvaluations = 3, BackwardTolerance = 1, CorrectionStates = 2 };
        foreach (var call in new Action[]
        {
            () => Equilibrium.SolveReversible((z, _) => Packed(z), zeros(3, 9, float64), [], options),
            () => Equilibrium.SolveReversible((z, _) => Cell(z), Start, [], options),
        })
            Assert.Contains("Solver, MaxEvaluations, BackwardTolerance, Gradient, CorrectionStates belong to calls that solve", Assert.Throws<EquilibriumException>(call).Message);
    }

    [Fact]
    public void OptionsThatAreOfUse_AreTaken()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(9, 9, dtype: float64);
        Equilibrium.Solve(Packed, zeros(3, 9, float64), new() { InferenceMaxEvaluations = 3, InferenceTolerance = 0.1 }, module);
        Equilibrium.Solve(Packed, zeros(3, 9, float64), new() { JacobianGamma = 0, JacobianSeed = 3 });
        Equilibrium.Solve(Packed, zeros(3, 9, float64), new() { JacobianGammaSchedule = new LinearSchedule(0, 1, 10), JacobianStartAt = 5, JacobianAttach = true, PenaltyWeight = 2 });
        Equilibrium.SolveReversible((z, _) => Packed(z), zeros(3, 9, float64), [], new() { Beta = 0.5, Tolerance = 0.1, OnFailure = OnFailure.Report, JacobianGamma = 1 });
    }
}
