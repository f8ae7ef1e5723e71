using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>What the compiler wrote for declared layers, against dense algebra, hand-written twins and differences.</summary>
public class DeclaredLayerTests
{
    private static EquilibriumOptions Tight(FixedPointSolver solver) => new()
    {
        Solver = solver,
        BackwardSolver = solver,
        MaxEvaluations = 400,
        BackwardMaxEvaluations = 400,
        Tolerance = 1e-13,
        BackwardTolerance = 1e-13,
        JacobianGamma = 0,
    };

    public static TheoryData<string> Names => SolverTests.Names;

    private static FixedPointSolver Of(string name) => name switch { "picard" => new Picard(), "anderson" => new Anderson(), _ => new Broyden() };

    private static Parameter[] Trainable(nn.Module module) => [.. module.parameters()];

    [Theory, MemberData(nameof(Names))]
    public void OneState_GradientOfInputAndEveryParameter_AgreesWithDenseAlgebra(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var block = new Block(8, 2);
        block.Options = Tight(Of(name));
        var x = randn(3, 4, 8, float64).requires_grad_();
        var c = randn(3, 4, 8, float64);
        var result = block.Solve(x);
        (result.Value * c).sum().BackwardOrThrow();
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Forward!.Outcome);
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
        Tensor[] leaves = [.. Trainable(block), x];
        var dense = Dense.ImplicitGradient(z => block.Step(z, x), result.Value, c, leaves);
        for (var i = 0; i < leaves.Length; i++) Assert.InRange(Dense.Distance(leaves[i].grad!, dense[i]), 0, 1e-8);
    }

    [Theory]
    [InlineData("anderson")]
    [InlineData("broyden")]
    public void SeveralStates_GradientOfInputAndEveryParameter_AgreesWithDenseAlgebra(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var net = new Pyramid(2, 4, 6, 2);
        net.Options = Tight(Of(name));
        var image = randn(2, 2, 4, 4, float64).requires_grad_();
        var result = net.Solve(image);
        Tensor high = randn_like(result.Value.High), low = randn_like(result.Value.Low);
        ((result.Value.High * high).sum() + (result.Value.Low * low).sum()).BackwardOrThrow();
        var layout = new StateLayout("the test", result.Value.High, result.Value.Low);
        Tensor Flat(Tensor z) { var s = layout.Split(z); var r = net.Step(s[0], s[1], image); return layout.Join(r.High, r.Low); }
        Tensor[] leaves = [.. Trainable(net), image];
        var dense = Dense.ImplicitGradient(Flat, layout.Join(result.Value.High, result.Value.Low), layout.Join(high, low), leaves);
        for (var i = 0; i < leaves.Length; i++) Assert.InRange(Dense.Distance(leaves[i].grad!, dense[i]), 0, 1e-8);

        // A loss on one of the two states alone.
        foreach (var leaf in leaves) leaf.grad = null;
        (net.Solve(image).Value.Low * low).sum().BackwardOrThrow();
        dense = Dense.ImplicitGradient(Flat, layout.Join(result.Value.High, result.Value.Low), layout.Join(zeros_like(high), low), leaves);
        for (var i = 0; i < leaves.Length; i++) Assert.InRange(Dense.Distance(leaves[i].grad!, dense[i]), 0, 1e-8);
    }

    [Fact]
    public void AtConvergence_TheGradientIsThatOfUnrolledSteps()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var block = new Block(8, 2);
        block.Options = Tight(new Broyden());
        var x = randn(2, 3, 8, float64).requires_grad_();
        var c = randn(2, 3, 8, float64);
        Tensor[] leaves = [.. Trainable(block), x];
        var implicitly = autograd.grad([(block.call(x) * c).sum()], leaves);
        var z = zeros_like(x);
        for (var k = 0; k < 150; k++) z = block.Step(z, x);
        var unrolled = autograd.grad([(z * c).sum()], leaves);
        for (var i = 0; i < leaves.Length; i++) Assert.InRange(Dense.Distance(implicitly[i], unrolled[i]), 0, 1e-8);
    }

    [Fact]
    public void TheEmittedLayer_IsItsHandWrittenTwin_ToTheBit()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var block = new Block(8, 2);
        var x = randn(2, 3, 8, float64).requires_grad_();
        var c = randn(2, 3, 8, float64);
        Tensor[] leaves = [.. Trainable(block), x];
        EquilibriumOptions declared = new()
        {
            Solver = new Broyden(),
            MaxEvaluations = 30,
            InferenceMaxEvaluations = 20,
            Tolerance = 1e-3,
            BackwardSolver = new Anderson(),
            BackwardMaxEvaluations = 25,
            JacobianGamma = 2,
        };
        foreach (var training in new[] { true, false })
        {
            block.train(training);
            manual_seed(7);
            var emitted = block.Solve(x);
            var loss = (emitted.Value * c).sum();
            var emittedGradient = autograd.grad([training ? loss + emitted.JacobianPenalty! : loss], leaves);
            manual_seed(7);
            var written = Equilibrium.Solve(z => block.Step(z, x), zeros_like(x), declared, block);
            loss = (written.Value * c).sum();
            var writtenGradient = autograd.grad([training ? loss + written.JacobianPenalty! : loss], leaves);
            Assert.True(Dense.Same(emitted.Value, written.Value));
            Assert.Equal([0, .. Enumerable.Repeat(0.0, 14)], emittedGradient.Zip(writtenGradient, Dense.Distance));
            Assert.Equal(emitted.Statistics.Forward!.Residuals, written.Statistics.Forward!.Residuals);
            Assert.Equal(emitted.Statistics.Backward!.Residuals, written.Statistics.Backward!.Residuals);
            Assert.InRange(emitted.Statistics.Forward.Evaluations, 1, training ? 30 : 20);
        }
    }

    [Fact]
    public void TheGradient_IsTheSameInEvalMode()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var block = new Block(8, 2);
        block.Options = Tight(new Broyden());
        var x = randn(2, 3, 8, float64);
        Tensor[] Gradient(bool training)
        {
            block.train(training);
            return [.. autograd.grad([block.call(x).square().sum()], [.. Trainable(block)])];
        }
        Assert.All(Gradient(true).Zip(Gradient(false)), pair => Assert.True(Dense.Same(pair.First, pair.Second)));
    }

    [Fact]
    public void AWarmStart_NeedsFewerEvaluations_AndFindsTheSame()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        using var block = new Block(8, 2);
        block.Options = Tight(new Broyden()) with { Tolerance = 1e-10 };
        var x = randn(2, 3, 8, float64);
        using var untaped = no_grad();
        var cold = block.Solve(x);
        var warm = block.Solve(x, initial: cold.Value);
        Assert.InRange(warm.Statistics.Forward!.Evaluations, 1, 2);
        Assert.True(cold.Statistics.Forward!.Evaluations > 10);
        Assert.InRange(Dense.Distance(warm.Value, cold.Value), 0, 1e-9);

        using var net = new Pyramid(2, 4, 6, 2);
        var image = randn(2, 2, 4, 4, float64);
        var first = net.Solve(image, options: new() { Tolerance = 1e-8, MaxEvaluations = 200 });
        Assert.Equal(1, net.Solve(image, initial: first.Value).Statistics.Forward!.Evaluations);
    }

    [Fact]
    public void OptionsOfTheLayer_GoOverAttributes_AndThoseOfACallOverBoth()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        using var block = new Block(8, 2);
        var x = randn(2, 3, 8, float64);
        block.Options = new() { Tolerance = 1e-300, MaxEvaluations = 7 };
        Assert.Equal(7, block.Solve(x).Statistics.Forward!.Evaluations);
        Assert.Equal(4, block.Solve(x, options: new() { MaxEvaluations = 4 }).Statistics.Forward!.Evaluations);
        Assert.Equal("broyden", block.Statistics.Forward!.Solver);
        block.Options = EquilibriumOptions.Default with { Tolerance = 1e-300 };
        Assert.Equal(30, block.Solve(x).Statistics.Forward!.Evaluations);
        block.eval();
        Assert.Equal(20, block.Solve(x).Statistics.Forward!.Evaluations);
        Assert.Throws<ArgumentNullException>(() => block.Options = null!);
    }

    [Fact]
    public void StateDict_HoldsTheParametersAndNothingElse()
    {
        using var scope = NewDisposeScope();
        using var block = new Block(8, 2);
        block.call(randn(2, 3, 8, float64));
        Assert.Equal(
            ["down.bias", "down.weight", "first.bias", "first.weight", "mix.bias", "mix.weight_g", "mix.weight_v", "qkv.bias", "qkv.weight_g", "qkv.weight_v",
             "second.bias", "second.weight", "up.bias", "up.weight"],
            block.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AnEquilibriumInsideAnother_HasTheGradientThatDifferencesGive()
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        using var nested = new Nested(8);
        nested.eval();
        nested.Options = Tight(new Anderson());
        nested.Inner.Options = Tight(new Broyden());
        var x = randn(2, 3, 8, float64).requires_grad_();
        Tensor direction = randn_like(x), c = randn_like(x);
        (nested.call(x) * c).sum().BackwardOrThrow();
        var exact = (x.grad! * direction).sum().item<double>();
        double Loss(double h) { using var untaped = no_grad(); return (nested.call(x + direction * h) * c).sum().item<double>(); }
        // Fourth-order central differences: the error is below 1e-9 at this step.
        var difference = (8 * (Loss(1e-3) - Loss(-1e-3)) - (Loss(2e-3) - Loss(-2e-3))) / 12e-3;
        Assert.Equal(1, exact / difference, 1e-7);
        Assert.All(nested.Inner.parameters(), p => Assert.NotNull(p.grad));
    }

    [Fact]
    public void FrozenLayers_RecordNothing_AndInputsStillGetTheirGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        using var block = new Block(8, 2);
        foreach (var p in block.parameters()) p.requires_grad = false;
        var x = randn(2, 3, 8, float64);
        Assert.False(block.call(x).requires_grad);
        x.requires_grad_();
        block.call(x).square().sum().BackwardOrThrow();
        Assert.NotNull(x.grad);
        Assert.All(block.parameters(), p => Assert.Null(p.grad));
    }
}
