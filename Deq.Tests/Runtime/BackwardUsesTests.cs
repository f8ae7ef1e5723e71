using Deq.Solvers;
using Deq.Tests.Infrastructure;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>What a program may do with a gradient, for each way to compute it: several forwards, several backwards, in eval mode, on no tape, again.</summary>
public class BackwardUsesTests
{
    private static readonly Dictionary<string, EquilibriumOptions> Modes = new()
    {
        ["implicit"] = new() { Gradient = GradientMode.Implicit, Solver = new Anderson(), BackwardSolver = new Gmres() },
        ["implicit, preconditioned"] = new() { Gradient = GradientMode.Implicit, Solver = new Broyden(), BackwardSolver = new Gmres { Precondition = true } },
        ["phantom"] = new() { Gradient = GradientMode.Phantom, GradientSteps = 3 },
        ["neumann"] = new() { Gradient = GradientMode.Neumann, GradientSteps = 3 },
        ["jacobian_free"] = new() { Gradient = GradientMode.JacobianFree },
        ["shine"] = new() { Gradient = GradientMode.Shine, Solver = new Broyden() },
        ["shine, refined"] = new() { Gradient = GradientMode.Shine, Solver = new Broyden(), GradientRefinement = 3 },
        ["unrolled, picard"] = new() { Gradient = GradientMode.Unrolled, Solver = new Picard(), MaxEvaluations = 12 },
        ["unrolled, anderson"] = new() { Gradient = GradientMode.Unrolled, Solver = new Anderson(), MaxEvaluations = 12 },
        ["unrolled, broyden"] = new() { Gradient = GradientMode.Unrolled, Solver = new Broyden(), MaxEvaluations = 5 },
        ["reversible"] = new() { Beta = 0.6, Steps = 6 },
    };

    private readonly GoldenProblem p = GoldenProblem.P1();

    public static TheoryData<string> All => [.. Modes.Keys];

    private EquilibriumResult<Tensor> Solve(string mode, Tensor x) => Modes[mode] is { Beta: not null } reversible
        ? Equilibrium.SolveReversible((z, inputs) => p.F(z, inputs[0]), zeros_like(x), [x], reversible)
        : Equilibrium.Solve(z => p.F(z, x), zeros_like(x), (Modes[mode] with { Tolerance = 1e-6, MaxEvaluations = Modes[mode].MaxEvaluations ?? 300, BackwardMaxEvaluations = 100 }).ForItsGradient());

    private Tensor Input(double shift = 0) => (p.X + shift).detach().requires_grad_();

    [Theory]
    [MemberData(nameof(All))]
    public void TwoForwardsBeforeOneBackward_AddUp(string mode)
    {
        using var scope = NewDisposeScope();
        Tensor Alone(double shift, Func<Tensor, Tensor> loss)
        {
            var x = Input(shift);
            return autograd.grad([loss(Solve(mode, x).Value)], [x])[0];
        }
        Tensor Square(Tensor v) => v.square().sum();
        Tensor Sine(Tensor v) => v.sin().sum();
        var expected = Alone(0, Square) + Alone(0.3, Sine);
        var x = Input();
        (Square(Solve(mode, x).Value) + Sine(Solve(mode, x + 0.3).Value)).BackwardOrThrow();
        Assert.InRange(Dense.Distance(x.grad!, expected), 0, 1e-13);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ARepeatedBackward_GivesTheSameGradient_ToTheBit(string mode)
    {
        using var scope = NewDisposeScope();
        var x = Input();
        var loss = Solve(mode, x).Value.square().sum();
        var first = autograd.grad([loss], [x], retain_graph: true)[0];
        var again = autograd.grad([loss], [x], retain_graph: true)[0];
        Assert.True(Dense.Same(first, again));
        loss.BackwardOrThrow();
        Assert.True(Dense.Same(first, x.grad!));
        // The tape is gone now, and that is said by the engine and not by a wrong number.
        Warnings.During(() => Assert.ThrowsAny<Exception>(() => loss.BackwardOrThrow()));
        Assert.True(Dense.Same(first, x.grad!));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void WithoutGradMode_NothingIsRecorded_AndTheValueIsTheSame(string mode)
    {
        using var scope = NewDisposeScope();
        var x = Input();
        var taped = Solve(mode, x).Value;
        Assert.True(taped.requires_grad);
        using var untaped = no_grad();
        var plain = Solve(mode, x).Value;
        Assert.False(plain.requires_grad);
        Assert.InRange(Dense.Distance(plain, taped), 0, 1e-15);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void InEvalMode_TheGradientIsThatOfTraining(string mode)
    {
        using var scope = NewDisposeScope();
        manual_seed(71);
        nn.Module<Tensor, Tensor> layer = Modes[mode].Beta is null ? new Started() : new StartedReversible();
        if (Modes[mode].Beta is null) ((IEquilibriumLayer)layer).Options = Modes[mode];
        var x = randn(2, 3, float64);
        Tensor[] Gradients(bool training)
        {
            layer.train(training);
            foreach (var parameter in layer.parameters()) parameter.grad = null;
            layer.call(x).square().sum().BackwardOrThrow();
            return [.. layer.parameters().Select(parameter => parameter.grad ?? zeros_like(parameter))];
        }
        var trained = Gradients(true);
        Assert.All(trained.Zip(Gradients(false)), pair => Assert.True(Dense.Same(pair.First, pair.Second)));
        Assert.Contains(trained, g => g.abs().max().item<double>() > 1e-3);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ASecondDerivative_IsRefusedInWords_OrThatOfTheTape(string mode)
    {
        using var scope = NewDisposeScope();
        var x = Input();
        var result = Solve(mode, x);
        var loss = result.Value.square().sum();
        if (!mode.StartsWith("unrolled", StringComparison.Ordinal) && mode != "phantom")
        {
            Warnings.During(() => Assert.ThrowsAny<Exception>(() => loss.backward(create_graph: true)));
            Assert.Contains("cannot be differentiated again", result.Statistics.BackwardFailure!.Message);
            Assert.Contains("without create_graph", result.Statistics.BackwardFailure.Message);
            return;
        }
        var direction = randn_like(x).detach();
        Tensor Twice(Tensor scalar) => autograd.grad([(autograd.grad([scalar], [x], retain_graph: true, create_graph: true)[0] * direction).sum()], [x])[0];
        var got = Twice(loss);
        if (mode == "phantom")
        {
            // The value of f(z*), the derivatives of the steps from there.
            Tensor start;
            using (no_grad()) start = FixedPointLoop.Solve(p.F, p.Start, new("the test", new Anderson(), 300, 1e-6)).Value;
            var state = start;
            for (var k = 0; k < 3; k++) state = p.F(state, x) * 0.5 + state * 0.5;
            var value = state + (result.Value - state).detach();
            Assert.InRange(Dense.Distance(got, Twice(value.square().sum())), 0, 1e-12);
            return;
        }
        // Differences of the first derivative, along a direction.
        var along = randn_like(x).detach();
        double At(double step)
        {
            var moved = (x.detach() + along * step).requires_grad_();
            return (autograd.grad([Solve(mode, moved).Value.square().sum()], [moved])[0] * direction).sum().item<double>();
        }
        const double h = 1e-6;
        Assert.Equal((At(h) - At(-h)) / (2 * h), (got * along).sum().item<double>(), 1e-4 * Math.Max(1, got.norm().item<double>()));
    }
}
