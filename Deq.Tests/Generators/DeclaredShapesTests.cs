using Deq.Solvers;
using Deq.Tests.Generators.Declared;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Generators;

/// <summary>Layers of every shape of class, compiled with the generator and run: the same numbers as the runtime called by hand.</summary>
public sealed class DeclaredShapesTests
{
    [Fact]
    public void OwnBaseInSeveralParts_SameNumbersAsByHand()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var layer = new FromOwnBase();
        var options = new EquilibriumOptions { Solver = new Anderson(), MaxEvaluations = 40, Tolerance = 1e-10 };
        var (x, twin) = Leaves(randn(5, 4, ScalarType.Float64));

        var emitted = layer.call(x);
        var byHand = Equilibrium.Solve(z => layer.Map(z, twin), zeros_like(twin), options, layer).Value;

        AssertSame(byHand, emitted);
        AssertSame(GradientOf(byHand, twin), GradientOf(emitted, x));
        AssertFixedPoint(emitted, layer.Map(emitted, x), 1e-9);
        Assert.Equal(SolveOutcome.Converged, layer.Statistics.Forward!.Outcome);
        Assert.Equal(2, layer.parameters().Count());
    }

    [Theory]
    [InlineData(0, false, 1 / 0.75)]
    [InlineData(1, false, 2)]
    [InlineData(1, true, 4)]
    public void NestedGenericKeywords_SolveTheirEquation(int extra, bool call, double expected)
    {
        using var scope = NewDisposeScope();
        using var layer = new Outer<int>.@class();
        var x = randn(3, 2, ScalarType.Float64).requires_grad_();

        // z* = a z* + x (+ x), so dz*/dx = expected.
        var value = layer.forward(x, call ? x : null, extra);
        AssertFixedPoint(value, expected * x, 1e-8);
        AssertFixedPoint(GradientOf(value, x), full_like(x, expected), 1e-3);
    }

    [Fact]
    public void ThreeStates_SameNumbersAsByHand()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var layer = new Three();
        var (x, xTwin) = Leaves(randn(3, 4, ScalarType.Float64));
        var (y, yTwin) = Leaves(randn(3, 4, ScalarType.Float64));
        var options = new EquilibriumOptions
        {
            Solver = new Broyden(),
            MaxEvaluations = 60,
            Tolerance = 1e-12,
            StopMode = StopMode.Absolute,
            BackwardSolver = new Anderson(),
            BackwardMaxEvaluations = 60,
            BackwardTolerance = 1e-12,
        };

        var (a, b, c) = layer.forward(x, y);
        var start = Three.Start(xTwin);
        var layout = new StateLayout("the twin", start.Item1, start.Item2, start.Item3);
        var byHand = layout.Split(Equilibrium.Solve(
            z =>
            {
                var states = layout.Split(z);
                var next = layer.Step(states[0], states[1], states[2], xTwin, yTwin);
                return layout.Join(next.Item1, next.Item2, next.Item3);
            },
            layout.Join(start.Item1, start.Item2, start.Item3), options, layer).Value);

        AssertSame(byHand[0], a);
        AssertSame(byHand[1], b);
        AssertSame(byHand[2], c);
        var image = layer.Step(a, b, c, x, y);
        AssertFixedPoint(a, image.Item1, 1e-10);
        AssertFixedPoint(c, image.Item3, 1e-10);

        (a.square().sum() + b.sum() + c.square().sum()).backward();
        (byHand[0].square().sum() + byHand[1].sum() + byHand[2].square().sum()).backward();
        AssertSame(xTwin.grad!, x.grad!);
        AssertSame(yTwin.grad!, y.grad!);
    }

    [Fact]
    public void InitialOfACall_GoesOverTheLayersStart()
    {
        using var scope = NewDisposeScope();
        using var layer = new Three();
        var x = randn(2, 4, ScalarType.Float64);
        var first = layer.Solve(x, x);
        var again = layer.Solve(x, x, initial: first.Value);
        Assert.True(first.Statistics.Forward!.Evaluations > 2);
        Assert.Equal(1, again.Statistics.Forward!.Evaluations);
    }

    [Fact]
    public void PrivateNestedLayerAroundALayer_Runs()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var layer = Host.Make();
        var x = randn(2, 4, ScalarType.Float64).requires_grad_();
        var value = layer.call(x);
        value.square().sum().backward();
        Assert.Equal([2L, 4L], value.shape);
        Assert.All(layer.parameters(), parameter => Assert.True(parameter.grad is not null && parameter.grad.abs().sum().item<double>() > 0));
        Assert.IsAssignableFrom<IEquilibriumLayer>(layer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reversible_SameNumbersAsByHand(bool masked)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        using var layer = new ReversiblePair();
        var (image, imageTwin) = Leaves(randn(3, 4, ScalarType.Float64));
        var (shift, shiftTwin) = Leaves(randn(3, 2, ScalarType.Float64));
        var (mask, maskTwin) = Leaves(rand(3, 2, ScalarType.Float64));

        var emitted = layer.forward(image, 2, masked ? mask : null, shift);
        var start = ReversiblePair.Start(imageTwin, shiftTwin);
        var layout = new StateLayout("the twin", start.High, start.Low);
        var byHand = layout.Split(Equilibrium.SolveReversible(
            (z, inputs) =>
            {
                var states = layout.Split(z);
                var next = layer.Step(states[0], states[1], inputs[0], 2, masked ? inputs[1] : null, inputs[2]);
                return layout.Join(next.High, next.Low);
            },
            layout.Join(start.High, start.Low), [imageTwin, maskTwin, shiftTwin], new() { Beta = 0.8, Steps = 10 }, layer).Value);

        AssertSame(byHand[0], emitted.High);
        AssertSame(byHand[1], emitted.Low);
        (emitted.High.square().sum() + emitted.Low.sum()).backward();
        (byHand[0].square().sum() + byHand[1].sum()).backward();
        AssertSame(imageTwin.grad!, image.grad!);
        AssertSame(shiftTwin.grad!, shift.grad!);
        Assert.True(image.grad!.abs().sum().item<double>() > 0);
        if (masked) AssertSame(maskTwin.grad!, mask.grad!);
        else Assert.True(mask.grad is null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ArrayOfStates_SameNumbersAsByHand(int count)
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        using var layer = new Scales(count);
        var (image, twin) = Leaves(randn(3, 4, ScalarType.Float64));
        var options = new EquilibriumOptions
        {
            Solver = new Anderson(),
            MaxEvaluations = 60,
            Tolerance = 1e-12,
            BackwardSolver = new Gmres(),
            BackwardMaxEvaluations = 60,
            BackwardTolerance = 1e-12,
        };

        var result = layer.Solve(image);
        var emitted = result.Value;
        var layout = new StateLayout("the twin", layer.Start(twin));
        var byHand = layout.Split(Equilibrium.Solve(z => layout.Join(layer.Step(layout.Split(z), twin)), layout.Join(layer.Start(twin)), options, layer).Value);

        Assert.Equal(count, emitted.Length);
        var again = layer.Step(emitted, image);
        for (int i = 0; i < count; i++)
        {
            AssertSame(byHand[i], emitted[i]);
            AssertFixedPoint(emitted[i], again[i], 1e-9);
        }
        Assert.True(result.JacobianPenalty!.item<double>() > 0);

        emitted.Select(state => state.square().sum()).Aggregate((a, b) => a + b).backward();
        byHand.Select(state => state.square().sum()).Aggregate((a, b) => a + b).backward();
        AssertSame(twin.grad!, image.grad!);
        Assert.True(image.grad!.abs().sum().item<double>() > 0);
        Assert.Equal(1, layer.Solve(image, initial: emitted).Statistics.Forward!.Evaluations);
    }

    [Fact]
    public void ReversibleArrayOfStates_SameNumbersAsByHand()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        using var layer = new ReversibleScales();
        var (image, twin) = Leaves(randn(3, 4, ScalarType.Float64));

        var emitted = layer.call(image);
        var layout = new StateLayout("the twin", ReversibleScales.Start(twin));
        var byHand = layout.Split(Equilibrium.SolveReversible(
            (z, inputs) => layout.Join(layer.Step(layout.Split(z), inputs[0])),
            layout.Join(ReversibleScales.Start(twin)), [twin], new() { Beta = 0.6, Steps = 9 }, layer).Value);

        AssertSame(byHand[0], emitted[0]);
        AssertSame(byHand[1], emitted[1]);
        (emitted[0].square().sum() + emitted[1].sum()).backward();
        (byHand[0].square().sum() + byHand[1].sum()).backward();
        AssertSame(twin.grad!, image.grad!);
        Assert.True(image.grad!.abs().sum().item<double>() > 0);
    }

    [Fact]
    public void ArrayOfStates_InAnotherNumberThanItsStart_IsTold()
    {
        using var scope = NewDisposeScope();
        using var layer = new Scales(2);
        var x = randn(2, 4, ScalarType.Float64);
        var layout = new StateLayout("a layer", x, x);
        var error = Assert.Throws<EquilibriumException>(() => layout.Join(x));
        Assert.Contains("maps 2 states to 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("no state", Assert.Throws<EquilibriumException>(() => layer.Solve(x, initial: [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StatedGradient_SameNumbersAsByHand()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        using var layer = new Neumann();
        var options = new EquilibriumOptions { Solver = new Picard(), MaxEvaluations = 80, Tolerance = 1e-12 };
        var (x, twin) = Leaves(randn(5, 4, ScalarType.Float64));
        var (_, exact) = Leaves(x.detach());

        var emitted = GradientOf(layer.call(x), x);
        AssertSame(GradientOf(Equilibrium.Solve(z => layer.Map(z, twin), zeros_like(twin),
            options with { Gradient = GradientMode.Neumann, GradientSteps = 3, GradientDamping = 0.75 }, layer).Value, twin), emitted);

        // Another gradient than the default's: three steps do not sum the series.
        var implicitOne = GradientOf(Equilibrium.Solve(z => layer.Map(z, exact), zeros_like(exact), options, layer).Value, exact);
        Assert.True((implicitOne - emitted).abs().max().item<double>() > 1e-6);
    }

    private static (Tensor Leaf, Tensor Twin) Leaves(Tensor values) => (values.clone().requires_grad_(), values.clone().requires_grad_());

    private static Tensor GradientOf(Tensor value, Tensor leaf)
    {
        value.sum().backward();
        return leaf.grad!;
    }

    private static void AssertSame(Tensor expected, Tensor actual) => Assert.True(expected.eq(actual).all().item<bool>(), $"differ by {(expected - actual).abs().max().item<double>()}");

    private static void AssertFixedPoint(Tensor value, Tensor expected, double tolerance) =>
        Assert.InRange((value - expected).abs().max().item<double>(), 0, tolerance);
}
