using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>CheckGradient of layers of every form: several inputs, several states, reversible; with differences, dense algebra, or both.</summary>
public class CheckGradientOfLayersTests
{
    private static Tensor Input(params long[] shape)
    {
        manual_seed(61);
        return randn(shape, float64) * 0.3;
    }

    [Theory]
    [InlineData(GradientReference.Automatic)]
    [InlineData(GradientReference.Differences)]
    [InlineData(GradientReference.Algebra)]
    public void TuplesAndSeveralInputs_AreCheckedPerInputAndParameter(GradientReference reference)
    {
        using var scope = NewDisposeScope();
        manual_seed(62);
        var twins = new Twins { Options = new() { Gradient = GradientMode.Implicit } };
        Tensor x = Input(2, 6), y = Input(2, 3) + 0.1;
        var report = Equilibrium.CheckGradient(twins, x, y, reference: reference);
        Assert.True(report.Passed, report.Message);
        Assert.Equal(["input x", "input y", "down.weight", "down.bias", "up.weight", "up.bias"], report.Entries.Select(e => e.Name));
        foreach (var entry in report.Entries)
        {
            Assert.Equal(reference != GradientReference.Differences, entry.AlgebraError is not null);
            Assert.Equal(reference != GradientReference.Algebra, entry.Directions > 0);
            // What algebra leaves is the adjoint's tolerance; differences have their own error too.
            if (entry.AlgebraError is { } error) Assert.InRange(error, 0, 1e-9);
        }
        Assert.Null(x.grad);
        Assert.Equal(GradientMode.Implicit, twins.Options.Gradient);
    }

    [Fact]
    public void ArraysOfStates_AndIntegerInputs_AreChecked()
    {
        using var scope = NewDisposeScope();
        var report = Equilibrium.CheckGradient(new Scales(), Input(2, 3), Input(2, 3) * 2);
        Assert.True(report.Passed, report.Message);
        Assert.Equal(["input x", "input y"], report.Entries.Select(e => e.Name));

        var chosen = Equilibrium.CheckGradient(new Chosen(), Input(2, 4), tensor(new long[] { 2, 0 }));
        Assert.True(chosen.Passed, chosen.Message);
        Assert.Equal(["input x"], chosen.Entries.Select(e => e.Name));
    }

    [Fact]
    public void AReversibleLayer_IsCheckedAgainstItsSteps()
    {
        using var scope = NewDisposeScope();
        manual_seed(63);
        var layer = new StartedReversible();
        var report = Equilibrium.CheckGradient(layer, Input(2, 3));
        Assert.True(report.Passed, report.Message);
        Assert.Equal(5, report.Entries.Count);
        Assert.All(report.Entries, e => Assert.Null(e.AlgebraError));
        var algebra = Equilibrium.CheckGradient(layer, Input(2, 3), reference: GradientReference.Algebra);
        Assert.False(algebra.Passed);
        Assert.Contains("has no fixed point", algebra.Message);
    }

    [Theory]
    [InlineData(GradientMode.Phantom)]
    [InlineData(GradientMode.Neumann)]
    [InlineData(GradientMode.JacobianFree)]
    public void AnInexactGradient_IsWrongByBothReferences_AndSaidToBeByDesign(GradientMode mode)
    {
        using var scope = NewDisposeScope();
        manual_seed(64);
        var layer = new Started { Options = new() { Gradient = mode, GradientSteps = 2 } };
        var report = Equilibrium.CheckGradient(layer, Input(2, 3));
        Assert.False(report.Passed);
        Assert.All(report.Entries.Where(e => !e.Passed), e => Assert.Equal(1, e.Error / e.AlgebraError!.Value, 1e-4));
        Assert.Contains("by design", report.Message);
        Assert.Contains("WRONG  cell.weight [3, 3]", report.Message);
        // A fixed point does not depend on where the solve begins: there the mode is right.
        Assert.True(report.Entries.Single(e => e.Name == "start.weight").Passed);
    }

    [Fact]
    public void ADetachedTerm_IsWrongByDifferencesAlone_AndPutDownToTheCell()
    {
        using var scope = NewDisposeScope();
        manual_seed(65);
        var layer = new Detached();
        var report = Equilibrium.CheckGradient(layer, Input(2, 3));
        Assert.False(report.Passed);
        Assert.All(report.Entries, e => Assert.InRange(e.AlgebraError!.Value, 0, 1e-9));
        Assert.Contains("so that one is wrong: look in the cell for detach", report.Message);
        Assert.True(Equilibrium.CheckGradient(layer, Input(2, 3), reference: GradientReference.Algebra).Passed);
    }

    [Fact]
    public void AWrongAdjoint_IsFoundByAlgebra_WithTheElementThatIsFarthestOff()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.narrow(0, 0, 1).clone().requires_grad_();
        // A solver that says it has converged, and has not.
        var report = Equilibrium.CheckGradient(z => p.F(z, x), zeros_like(x), [x], new() { Solver = new Broyden(), BackwardSolver = new Liar() }, reference: GradientReference.Algebra);
        Assert.False(report.Passed);
        var entry = Assert.Single(report.Entries);
        Assert.True(entry.AlgebraError > 1e-2);
        Assert.Contains("backward solver of your own may be wrong", report.Message);
        Assert.NotEqual(entry.WorstGradient, entry.WorstReference);
    }

    [Fact]
    public void StatisticsAndModes_AreAsBefore()
    {
        using var scope = NewDisposeScope();
        manual_seed(66);
        var layer = new Started();
        layer.call(Input(2, 3));
        var statistics = layer.Statistics;
        Equilibrium.CheckGradient(layer, Input(2, 3));
        Assert.Same(statistics, layer.Statistics);
        Assert.True(layer.training);
        Assert.Null(((IEquilibriumLayer)layer).State.Solved);
    }

    [Fact]
    public void LayersInTheCell_AreSolvedAsTightly_AndGetTheirOptionsBack()
    {
        using var scope = NewDisposeScope();
        manual_seed(67);
        foreach (var given in new EquilibriumOptions?[] { null, new() { Tolerance = 1e-2, InferenceMaxEvaluations = 4, StopMode = StopMode.Absolute } })
        {
            var layer = new Enclosing(given);
            layer.Inner.Options = new() { MaxEvaluations = 12, JacobianGamma = 0 };
            var before = layer.Inner.Options;
            var report = Equilibrium.CheckGradient(layer, Input(2, 3));
            Assert.True(report.Passed, report.Message);
            Assert.All(report.Entries, entry => Assert.InRange(entry.AlgebraError!.Value, 0, 1e-8));
            Assert.Same(before, layer.Inner.Options);
            Assert.Equal(12, layer.Inner.Options.MaxEvaluations);
        }
        // A call in the cell is held to the same, and outside the check to its own.
        var x = Input(2, 3).requires_grad_();
        Tensor Cell(Tensor z) => (Equilibrium.Solve(v => (v * 0.5 + z).tanh(), zeros_like(z)).Value * 0.4 + x).tanh();
        var plain = Equilibrium.CheckGradient(Cell, zeros_like(x), [x]);
        Assert.True(plain.Passed, plain.Message);
        Assert.InRange(Equilibrium.Solve(v => (v * 0.5 + x).tanh(), zeros_like(x)).Statistics.Forward!.Residual, 1e-8, 1e-3);
    }

    [Fact]
    public void ALayerInTheCell_ThatCannotBeSolved_IsNamed()
    {
        using var scope = NewDisposeScope();
        var x = Input(1, 1).requires_grad_();
        // A thousand evaluations of plain iteration leave a tenth of the way.
        Tensor Slow(Tensor z) => Equilibrium.Solve(v => v * 0.998 + z * 0.002, zeros_like(z), new() { Solver = new Picard() }).Value;
        var report = Equilibrium.CheckGradient(z => Slow(z * 0.1) + x, zeros_like(x), [x], reference: GradientReference.Algebra);
        Assert.False(report.Passed);
        Assert.Contains("reached its limit of evaluations", Assert.Single(report.Problems));
    }

    private sealed record Liar : FixedPointSolver
    {
        public override string Name => "liar";

        public override SolverState Begin(Tensor start, FixedPointProblem problem) => new State();

        private sealed class State : SolverState
        {
            public override Tensor Measure(Tensor z, Tensor image) => cat([zeros_like(Squares(z)), Squares(image)], 1);

            public override Tensor Next(Tensor z, Tensor image, Measurements numbers) => image.alias();
        }
    }
}

/// <summary>A layer that solves another one in its cell, with options of the call where some are given.</summary>
[EquilibriumLayer]
internal sealed partial class Enclosing : nn.Module<Tensor, Tensor>
{
    private readonly EquilibriumOptions? options;

    public Enclosing(EquilibriumOptions? options) : base(nameof(Enclosing))
    {
        (this.options, Inner) = (options, new());
        register_module(nameof(Inner), Inner);
    }

    public Started Inner { get; }

    [Cell] private Tensor Step(Tensor z, Tensor x) => (Inner.Solve(z, options: options).Value * 0.4 + x).tanh();
}

/// <summary>An input that is an index and has no gradient.</summary>
[EquilibriumLayer]
internal sealed partial class Chosen() : nn.Module<Tensor, Tensor, Tensor>(nameof(Chosen))
{
    [Cell] private Tensor Step(Tensor z, Tensor x, Tensor index) => (z * 0.5 + x + x.gather(1, index.unsqueeze(1))).tanh();
}

/// <summary>A cell with a term that autograd does not see.</summary>
[EquilibriumLayer]
internal sealed partial class Detached() : nn.Module<Tensor, Tensor>(nameof(Detached))
{
#pragma warning disable DEQ063 // What is wrong with it is what is tested.
    [Cell] private Tensor Step(Tensor z, Tensor x) => (z * 0.5 + x + z.detach() * 0.2).tanh();
#pragma warning restore DEQ063
}
