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
