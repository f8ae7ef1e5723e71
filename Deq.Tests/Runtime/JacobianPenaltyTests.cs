using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class JacobianPenaltyTests
{
    private static (Block Block, Tensor X, Tensor FixedPoint) Solved()
    {
        manual_seed(3);
        var block = new Block(8, 2);
        block.Options = new() { Solver = new Broyden(), MaxEvaluations = 100, Tolerance = 1e-12 };
        var x = randn(3, 4, 8, float64);
        using var untaped = no_grad();
        return (block, x, block.Solve(x).Value);
    }

    [Fact]
    public void ItsGradient_AgreesWithDifferences_AtFixedStateAndProbe()
    {
        using var scope = NewDisposeScope();
        var (block, x, fixedPoint) = Solved();
        var probe = randn_like(fixedPoint);
        Tensor Penalty() => Regularization.JacobianPenalty.Of(Tape.Record(z => block.Step(z, x), fixedPoint), 2.0, probe);
        Penalty().backward();
        var checkedEntries = 0;
        foreach (var (name, p) in block.named_parameters())
        {
            using var inner = NewDisposeScope();
            // The bias of the last layer norm moves f by a constant: J does not see it.
            if (name == "second.bias") { Assert.True(p.grad is null || p.grad.abs().max().item<double>() == 0); continue; }
            Tensor flat = p.detach().view(-1), gradient = p.grad!.view(-1);
            for (long i = 0; i < flat.shape[0]; i += Math.Max(1, flat.shape[0] / 5), checkedEntries++)
            {
                const double h = 1e-5;
                var value = flat[i].item<double>();
                double At(double v)
                {
                    flat[i] = tensor(v, float64);
                    return Penalty().item<double>();
                }
                var difference = (At(value + h) - At(value - h)) / (2 * h);
                flat[i] = tensor(value, float64);
                // Second-order differences of step 1e-5: truncation 1e-10, rounding 1e-11.
                Assert.Equal(difference, gradient[i].item<double>(), 1e-8);
            }
        }
        Assert.True(checkedEntries > 50);
    }

    [Fact]
    public void ItsMean_IsTheDenseJacobiansNorm()
    {
        using var scope = NewDisposeScope();
        var (block, x, fixedPoint) = Solved();
        var dense = Dense.Jacobian(z => block.Step(z, x), fixedPoint).square().sum().item<double>() / fixedPoint.numel();
        var tape = Tape.Record(z => block.Step(z, x), fixedPoint);
        double sum = 0, squares = 0;
        const int draws = 1500;
        for (var i = 0; i < draws; i++)
        {
            using var inner = NewDisposeScope();
            var drawn = Regularization.JacobianPenalty.Of(tape, 1.0, 1).item<double>();
            sum += drawn;
            squares += drawn * drawn;
        }
        var mean = sum / draws;
        var deviation = Math.Sqrt((squares / draws - mean * mean) / draws);
        Assert.InRange(Math.Abs(mean - dense), 0, 4 * deviation);
        Assert.InRange(deviation / dense, 0, 0.02);
    }

    [Fact]
    public void MoreProbes_HaveTheSameMeanAndLessSpread()
    {
        using var scope = NewDisposeScope();
        var (block, x, fixedPoint) = Solved();
        var tape = Tape.Record(z => block.Step(z, x), fixedPoint);
        (double Mean, double Variance) Of(int probes)
        {
            var drawn = Enumerable.Range(0, 300).Select(_ =>
            {
                using var inner = NewDisposeScope();
                return Regularization.JacobianPenalty.Of(tape, 1.0, probes).item<double>();
            }).ToArray();
            return (drawn.Average(), drawn.Select(v => v * v).Average() - drawn.Average() * drawn.Average());
        }
        var (one, eight) = (Of(1), Of(8));
        Assert.Equal(1, eight.Mean / one.Mean, 0.1);
        Assert.InRange(eight.Variance / one.Variance, 0.06, 0.25);
    }

    [Fact]
    public void TheTerm_IsDrawnInTraining_WithItsFrequency_AndRepeatsWithTheSeed()
    {
        using var scope = NewDisposeScope();
        using var net = new Pyramid(2, 4, 6, 2);
        var image = randn(2, 2, 4, 4, float64);
        bool[] Draw()
        {
            manual_seed(11);
            return [.. Enumerable.Range(0, 100).Select(_ =>
            {
                using var inner = NewDisposeScope();
                return net.Solve(image, options: new() { MaxEvaluations = 2 }).JacobianPenalty is not null;
            })];
        }
        var drawn = Draw();
        Assert.InRange(drawn.Count(d => d), 22, 48);
        Assert.Equal(drawn, Draw());
        net.eval();
        Assert.DoesNotContain(true, Draw());
    }

    [Fact]
    public void ModelPenalty_SumsOverLayersAndCalls_AndIsZeroInEval()
    {
        using var scope = NewDisposeScope();
        manual_seed(12);
        using var first = new Block(8, 2);
        using var second = new Block(8, 2);
        using var model = nn.Sequential(("first", first), ("second", second));
        var x = randn(2, 3, 8, float64);
        var a = first.Solve(x);
        var b = second.Solve(a.Value);
        var c = second.Solve(b.Value);
        var expected = a.JacobianPenalty!.item<double>() + b.JacobianPenalty!.item<double>() + c.JacobianPenalty!.item<double>();
        var penalty = model.JacobianPenalty();
        Assert.Equal(expected, penalty.item<double>(), 1e-12);
        (c.Value.square().sum() + penalty).BackwardOrThrow();
        Assert.Equal(0, model.JacobianPenalty().item<double>());
        model.eval();
        model.call(x);
        Assert.Equal(0, model.JacobianPenalty().item<double>());
        Assert.Equal(float64, model.JacobianPenalty().dtype);
    }

    [Fact]
    public void ModelPenalty_OfALayerInAnothersCell_IsThatOfBoth_EachRightInItsParameters()
    {
        using var scope = NewDisposeScope();
        manual_seed(14);
        using var nested = new Nested(4);
        foreach (var module in nested.modules()) module.train(module is not Deq.Modules.VariationalDropout);
        var x = randn(2, 3, 4, float64) * 0.3;
        var tight = new EquilibriumOptions { MaxEvaluations = 300, Tolerance = 1e-12 };
        Tensor Sum(double outer, double inner, out double own)
        {
            nested.Options = tight with { JacobianGamma = outer };
            // What can be differentiated twice: the outer penalty does so.
            nested.Inner.Options = tight with { Solver = new Broyden(), Tolerance = 1e-13, JacobianGamma = inner, Gradient = GradientMode.Phantom, GradientSteps = 2 };
            manual_seed(15);
            var result = nested.Solve(x);
            var sum = nested.JacobianPenalty();
            (result.Value.sum() + sum * 0).BackwardOrThrow(retain_graph: true);
            own = result.JacobianPenalty?.item<double>() ?? 0;
            return sum;
        }
        Assert.Empty(Warnings.During(() =>
        {
            var both = Sum(1, 2, out var outer).item<double>();
            // The inner layer draws in the recorded evaluation, before the outer one: with the same seed, the same probe.
            var alone = Sum(0, 2, out var none).item<double>();
            Assert.Equal(0, none);
            Assert.True(alone > 0 && outer > 0);
            Assert.Equal(alone + outer, both, 1e-9);
            Assert.Equal(alone * 2 + outer, Sum(1, 4, out _).item<double>(), 1e-9);
        }));
    }

    [Fact]
    public void APenaltyOverALayerThatCannotBeDifferentiatedTwice_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        using var nested = new Nested(4);
        nested.Options = new() { JacobianGamma = 1 };
        nested.Inner.Options = new() { JacobianGamma = 0 };
        var refusal = Assert.Throws<EquilibriumException>(() => nested.Solve(randn(2, 3, 4, float64)));
        Assert.Contains("Nested: its Jacobian penalty differentiates the cell twice", refusal.Message);
        Assert.Contains("Block", refusal.Message);
        Assert.Contains("phantom", refusal.Message);
    }

    [Fact]
    public void ModelPenalty_SurvivesTheScopesThatTheModulesAroundTheLayerOpen()
    {
        using var scope = NewDisposeScope();
        var block = new Block(8, 2);
        block.Options = new() { JacobianGamma = 1, JacobianFrequency = 1 };
        var x = randn(3, 4, 8, float64);
        Tensor value;
        using (NewDisposeScope()) value = block.call(x).MoveToOuterDisposeScope();
        var penalty = block.JacobianPenalty();
        Assert.True(penalty.item<double>() > 0);
        (value.square().sum() + penalty).BackwardOrThrow();
        // What was drawn belongs to the loss it was drawn for.
        Assert.Equal(0, block.JacobianPenalty().item<double>());
    }

    [Fact]
    public void APenaltyThatNobodyRead_IsSaidOnce()
    {
        using var scope = NewDisposeScope();
        using var block = new Block(8, 2);
        var x = randn(2, 3, 8, float64);
        var heard = Warnings.During(() =>
        {
            for (var i = 0; i < 3; i++) block.call(x).square().sum().BackwardOrThrow();
        });
        Assert.Contains("loss + model.JacobianPenalty()", Assert.Single(heard));

        using var other = new Block(8, 2);
        Assert.Empty(Warnings.During(() =>
        {
            for (var i = 0; i < 3; i++)
            {
                var value = other.call(x).square().sum();
                (value + other.JacobianPenalty()).BackwardOrThrow();
            }
        }));
    }

    [Fact]
    public void GammaWithoutTheAttribute_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var block = new Plain();
        block.Options = new() { JacobianGamma = 1 };
        Assert.Contains("[JacobianReg]", Assert.Throws<EquilibriumException>(() => block.call(randn(2, 3))).Message);
    }

    [Fact]
    public void GammaOfOptions_GoesOverTheAttribute()
    {
        using var scope = NewDisposeScope();
        using var block = new Block(8, 2);
        var x = randn(2, 3, 8, float64);
        double Penalty(double gamma)
        {
            manual_seed(13);
            return block.Solve(x, options: new() { JacobianGamma = gamma }).JacobianPenalty?.item<double>() ?? 0;
        }
        Assert.Equal(3, Penalty(6) / Penalty(2), 1e-12);
        Assert.Equal(0, Penalty(0));
    }
}

/// <summary>A layer that declares as little as can be.</summary>
[EquilibriumLayer]
internal sealed partial class Plain() : nn.Module<Tensor, Tensor>(nameof(Plain))
{
    [Cell] private Tensor Step(Tensor z, Tensor x) => (z * 0.5 + x).tanh();
}
