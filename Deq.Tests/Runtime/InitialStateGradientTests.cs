using Deq.Solvers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Tests.Runtime;

/// <summary>The gradient of z_0, an argument or the layer's own: of the iterations it is theirs, of a fixed point there is none.</summary>
public class InitialStateGradientTests
{
    private static Tensor Difference(Func<double> value, Tensor leaf)
    {
        const double h = 1e-6;
        using var untaped = no_grad();
        var found = zeros_like(leaf);
        Tensor flat = leaf.view(-1), rows = found.view(-1);
        for (long i = 0; i < leaf.numel(); i++)
        {
            var kept = flat[i].item<double>();
            flat[i] = tensor(kept + h, float64);
            var above = value();
            flat[i] = tensor(kept - h, float64);
            var below = value();
            flat[i] = tensor(kept, float64);
            rows[i] = tensor((above - below) / (2 * h), float64);
        }
        return found;
    }

    private static readonly Dictionary<string, EquilibriumOptions> Iterations = new()
    {
        ["picard"] = new() { Solver = new Picard(), Gradient = GradientMode.Unrolled, MaxEvaluations = 4, Tolerance = 1e-300 },
        ["anderson"] = new() { Solver = new Anderson(), Gradient = GradientMode.Unrolled, MaxEvaluations = 4, Tolerance = 1e-300 },
        ["broyden"] = new() { Solver = new Broyden(), Gradient = GradientMode.Unrolled, MaxEvaluations = 4, Tolerance = 1e-300 },
    };

    [Theory]
    [InlineData("picard")]
    [InlineData("anderson")]
    [InlineData("broyden")]
    public void OfUnrolledIterations_TheDeclaredStartHasItsGradient(string solver)
    {
        using var scope = NewDisposeScope();
        manual_seed(41);
        var layer = new Started { Options = Iterations[solver] };
        var x = randn(2, 3, float64);
        double Value() => layer.call(x).square().sum().item<double>();
        layer.call(x).square().sum().BackwardOrThrow();
        foreach (var (name, parameter) in layer.named_parameters())
            Assert.True(Dense.Distance(parameter.grad!, Difference(Value, parameter)) < 1e-6, name);
    }

    [Theory]
    [InlineData("picard")]
    [InlineData("anderson")]
    [InlineData("broyden")]
    public void OfUnrolledIterations_AGivenStartHasItsGradient_AlsoWhereNothingElseWantsOne(string solver)
    {
        using var scope = NewDisposeScope();
        manual_seed(42);
        var layer = new Started { Options = Iterations[solver] };
        foreach (var parameter in layer.parameters()) parameter.requires_grad_(false);
        var x = randn(2, 3, float64);
        var initial = randn(2, 3, float64).requires_grad_();
        double Value() => layer.Solve(x, initial).Value.square().sum().item<double>();
        layer.Solve(x, initial).Value.square().sum().BackwardOrThrow();
        Assert.InRange(Dense.Distance(initial.grad!, Difference(Value, initial)), 0, 1e-7);
    }

    [Fact]
    public void OfReversibleSteps_BothStartsHaveTheirGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(43);
        var layer = new StartedReversible();
        var x = randn(2, 3, float64);
        double Value() => layer.call(x).square().sum().item<double>();
        layer.call(x).square().sum().BackwardOrThrow();
        foreach (var (name, parameter) in layer.named_parameters())
            Assert.True(Dense.Distance(parameter.grad!, Difference(Value, parameter)) < 1e-6, name);
        foreach (var parameter in layer.parameters()) parameter.requires_grad_(false);
        var initial = randn(2, 3, float64).requires_grad_();
        layer.Solve(x, initial).Value.square().sum().BackwardOrThrow();
        Assert.InRange(Dense.Distance(initial.grad!, Difference(() => layer.Solve(x, initial).Value.square().sum().item<double>(), initial)), 0, 1e-6);
    }

    [Theory]
    [InlineData(GradientMode.Implicit)]
    [InlineData(GradientMode.Phantom)]
    [InlineData(GradientMode.Neumann)]
    [InlineData(GradientMode.JacobianFree)]
    [InlineData(GradientMode.Shine)]
    public void OfAFixedPoint_TheStartHasNone(GradientMode mode)
    {
        using var scope = NewDisposeScope();
        manual_seed(44);
        var layer = new Started { Options = new() { Gradient = mode, Solver = new Broyden(), Tolerance = 1e-12, MaxEvaluations = 100, BackwardTolerance = 1e-12, BackwardSolver = new Gmres() } };
        var x = randn(2, 3, float64);
        var initial = randn(2, 3, float64).requires_grad_();
        layer.Solve(x, initial).Value.square().sum().BackwardOrThrow();
        Assert.Null(initial.grad);
        layer.call(x).square().sum().BackwardOrThrow();
        Assert.Null(layer.start.weight!.grad);
        Assert.NotNull(layer.cell.weight!.grad);
        // Where it starts a fixed point does not show: the differences are those of rounding.
        Assert.InRange(Difference(() => layer.call(x).square().sum().item<double>(), layer.start.weight).abs().max().item<double>(), 0, 1e-5);
    }
}

/// <summary>A layer whose initial state is computed by a module of its own.</summary>
[EquilibriumLayer]
internal sealed partial class Started : Module<Tensor, Tensor>
{
    internal readonly Linear cell = Linear(3, 3, dtype: float64), start = Linear(3, 3, dtype: float64);

    public Started() : base(nameof(Started)) => RegisterComponents();

    [Cell] private Tensor Step(Tensor z, Tensor x) => (cell.call(z) * 0.7 + x).tanh();

    [InitialState] private Tensor Start(Tensor x) => start.call(x);
}

/// <summary>The same, reversible.</summary>
[EquilibriumLayer]
[Reversible(beta: 0.5, Steps = 3)]
internal sealed partial class StartedReversible : Module<Tensor, Tensor>
{
    private readonly Linear cell = Linear(3, 3, dtype: float64), start = Linear(3, 3, dtype: float64);

    public StartedReversible() : base(nameof(StartedReversible)) => RegisterComponents();

    [Cell] private Tensor Step(Tensor z, Tensor x) => (cell.call(z) * 0.7 + x).tanh();

    [InitialState] private Tensor Start(Tensor x) => start.call(x);
}
