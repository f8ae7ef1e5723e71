using Deq.Regularization;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Where the Jacobian penalty's gradient goes, how it is scheduled and seeded.</summary>
public class TrainingTermTests
{
    private static readonly EquilibriumOptions Tight = new()
    {
        Solver = new Broyden(),
        MaxEvaluations = 400,
        Tolerance = 1e-13,
        BackwardSolver = new Gmres(),
        BackwardMaxEvaluations = 400,
        BackwardTolerance = 1e-13,
        JacobianGamma = 3,
        JacobianSeed = 5,
    };

    private static (Tensor X, Tensor W, Tensor C) Problem()
    {
        manual_seed(21);
        return (randn(2, 5, float64).requires_grad_(), (randn(5, 5, float64) * 0.3).requires_grad_(), randn(2, 5, float64));
    }

    private static EquilibriumResult<Tensor> Solve(Tensor x, Tensor w, EquilibriumOptions options) =>
        Equilibrium.Solve(z => (z.matmul(w.t()) + x).tanh(), zeros_like(x), options);

    private static double[] Differences(Tensor leaf, Func<double> loss)
    {
        using var untaped = no_grad();
        var numbers = Dense.Numbers(leaf);
        var result = new double[numbers.Length];
        void Write(double[] v) => leaf.copy_(tensor(v, leaf.dtype).view(leaf.shape));
        for (var i = 0; i < numbers.Length; i++)
        {
            double At(double h)
            {
                var moved = (double[])numbers.Clone();
                moved[i] += h;
                Write(moved);
                using var taped = enable_grad();
                return loss();
            }
            result[i] = (At(1e-5) - At(-1e-5)) / 2e-5;
        }
        Write(numbers);
        return result;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ThroughState_GivesTheTotalGradientOfLossAndPenalty(bool attach)
    {
        using var scope = NewDisposeScope();
        var (x, w, c) = Problem();
        var options = Tight with { JacobianThroughState = true, JacobianAttach = attach };
        double Total()
        {
            using var inner = NewDisposeScope();
            var result = Solve(x, w, options);
            return ((result.Value * c).sum() + result.JacobianPenalty!).item<double>();
        }
        var result = Solve(x, w, options);
        var loss = (result.Value * c).sum();
        var gradients = autograd.grad([attach ? loss : loss + result.JacobianPenalty!], [x, w]);
        Assert.InRange(Dense.Distance(gradients[0], tensor(Differences(x, Total)).view(x.shape)), 0, 1e-7);
        Assert.InRange(Dense.Distance(gradients[1], tensor(Differences(w, Total)).view(w.shape)), 0, 1e-7);

        // With z* a constant, the same draw gives something else: the test tells the two apart.
        var constant = Solve(x, w, options with { JacobianThroughState = false });
        var partly = (constant.Value * c).sum();
        Assert.True(Dense.Distance(autograd.grad([attach ? partly : partly + constant.JacobianPenalty!], [w])[0], gradients[1]) > 1e-3);
    }

    [Fact]
    public void ThroughState_OfSeveralStates_IsTheTotalGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(22);
        using var pyramid = new Pyramid(1, 2, 4, 1)
        {
            Options = Tight with { JacobianSeed = null, JacobianThroughState = true, JacobianFrequency = 1 },
        };
        var image = (randn(1, 1, 4, 4, float64) * 0.3).requires_grad_();
        Tensor Total()
        {
            manual_seed(23);
            var result = pyramid.Solve(image);
            Assert.Equal(SolveOutcome.Converged, result.Statistics.Forward!.Outcome);
            return result.Value.High.sin().sum() + result.Value.Low.square().sum() + result.JacobianPenalty!;
        }
        double Value()
        {
            using var inner = NewDisposeScope();
            return Total().item<double>();
        }
        var gradient = autograd.grad([Total()], [image])[0];
        Assert.InRange(Dense.Distance(gradient, tensor(Differences(image, Value)).view(image.shape)), 0, 1e-6);
    }

    [Fact]
    public void Attached_IsTheGradientOfLossPlusWeightedPenalty_OncePerForward()
    {
        using var scope = NewDisposeScope();
        var (x, w, c) = Problem();
        Tensor Plain(double weight)
        {
            var result = Solve(x, w, Tight);
            return autograd.grad([(result.Value * c).sum() + result.JacobianPenalty! * weight], [w])[0];
        }
        var attached = Solve(x, w, Tight with { JacobianAttach = true, PenaltyWeight = 0.25 });
        Assert.False(attached.JacobianPenalty!.requires_grad);
        var loss = (attached.Value * c).sum();
        Assert.InRange(Dense.Distance(autograd.grad([loss], [w], retain_graph: true)[0], Plain(0.25)), 0, 1e-12);
        // Another pass over the same forward brings the loss alone.
        Assert.InRange(Dense.Distance(autograd.grad([loss], [w])[0], Plain(0)), 0, 1e-12);

        var off = Solve(x, w, Tight with { JacobianAttach = true, PenaltyWeight = 0 });
        Assert.InRange(Dense.Distance(autograd.grad([(off.Value * c).sum()], [w])[0], Plain(0)), 0, 1e-12);
    }

    [Fact]
    public void Attached_IsNoPartOfTheModelsPenalty_AndOffInEvalAndInGradientChecks()
    {
        using var scope = NewDisposeScope();
        manual_seed(24);
        using var block = new Block(4, 2) { Options = new() { JacobianAttach = true, JacobianSeed = 1 } };
        var x = randn(2, 3, 4, float64) * 0.3;
        Tensor[] leaves = [.. block.parameters()];
        Tensor[] Gradient(Func<Tensor, Tensor> term) => [.. autograd.grad([term(block.Solve(x, options: Tight with { JacobianGamma = null }).Value)], leaves, allow_unused: true)];

        var training = Gradient(v => v.sin().sum());
        Assert.Equal(0, block.JacobianPenalty().item<double>());
        block.eval();
        var evaluation = Gradient(v => v.sin().sum());
        Assert.True(Dense.Distance(training[0], evaluation[0]) > 1e-3);
        block.train();
        var check = Equilibrium.CheckGradient(block, randn(1, 2, 4, float64) * 0.3);
        Assert.True(check.Passed, check.Message);
    }

    [Fact]
    public void Attached_OfALayerInAnothersCell_LeavesTheOuterAdjointAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(25);
        using var nested = new Nested(4);
        nested.eval();
        // Masks off; the inner layer alone draws.
        nested.Options = Tight with { JacobianGamma = 0, JacobianSeed = null };
        var x = randn(2, 3, 4, float64) * 0.3;
        Tensor[] leaves = [.. nested.parameters()];
        foreach (var module in nested.Inner.modules().Prepend(nested.Inner)) module.train(module is not Deq.Modules.VariationalDropout);
        Tensor[] Gradient(bool attach)
        {
            nested.Inner.Options = Tight with { JacobianAttach = attach, JacobianSeed = null, Tolerance = 1e-14 };
            manual_seed(26);
            var value = nested.call(x);
            var loss = value.sin().sum();
            return [.. autograd.grad([attach ? loss : loss + nested.JacobianPenalty()], leaves)];
        }
        var added = Gradient(false);
        var attached = Gradient(true);
        Assert.InRange(Dense.Distance(cat([.. attached.Select(g => g.flatten())]), cat([.. added.Select(g => g.flatten())])), 0, 1e-9);
    }

    [Fact]
    public void PenaltyWeight_WithoutAttach_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var block = new Block(4, 2);
        Assert.Contains("not attached", Assert.Throws<EquilibriumException>(() => block.Solve(randn(1, 2, 4, float64), options: new() { PenaltyWeight = 2 })).Message);
    }

    [Fact]
    public void AGammaSchedule_GrowsWithTheTrainingCalls_AndGoesOnWhereItIsTold()
    {
        using var scope = NewDisposeScope();
        manual_seed(27);
        using var block = new Block(4, 2) { Options = new() { JacobianGammaSchedule = new LinearSchedule(1, 3, 4) } };
        var x = randn(1, 2, 4, float64);
        double Penalty()
        {
            manual_seed(28);
            return block.Solve(x).JacobianPenalty!.item<double>();
        }
        var values = Enumerable.Range(0, 6).Select(_ => Penalty()).ToArray();
        Assert.All(new[] { 1, 1.5, 2, 2.5, 3, 3 }.Zip(values), pair => Assert.Equal(pair.First, pair.Second / values[0], 1e-12));

        using var later = new Block(4, 2);
        later.load_state_dict(block.state_dict());
        later.Options = block.Options with { JacobianStartAt = 2 };
        manual_seed(28);
        Assert.Equal(2, later.Solve(x).JacobianPenalty!.item<double>() / values[0], 1e-12);

        // No training call, no step; a number over the schedule's level goes over it.
        block.eval();
        block.Solve(x);
        block.train();
        block.Options = block.Options with { JacobianGammaSchedule = new LinearSchedule(1, 101, 100) };
        Assert.Equal(7, Penalty() / values[0], 1e-12);
        manual_seed(28);
        Assert.Equal(2, block.Solve(x, options: new() { JacobianGamma = 2 }).JacobianPenalty!.item<double>() / values[0], 1e-12);
    }

    [Fact]
    public void AFrequencySchedule_DrawsAsOftenAsItSays()
    {
        using var scope = NewDisposeScope();
        using var pyramid = new Pyramid(1, 2, 4, 1);
        pyramid.Options = new() { JacobianFrequencySchedule = new LinearSchedule(0, 1, 200), JacobianSeed = 3, MaxEvaluations = 1 };
        var image = randn(1, 1, 2, 2, float64);
        var drawn = Enumerable.Range(0, 220).Select(_ =>
        {
            using var inner = NewDisposeScope();
            return pyramid.Solve(image).JacobianPenalty is not null;
        }).ToArray();
        Assert.InRange(drawn.Take(50).Count(d => d), 0, 15);
        Assert.InRange(drawn.Skip(75).Take(50).Count(d => d), 14, 36);
        Assert.All(drawn.Skip(200), Assert.True);
    }

    [Fact]
    public void ASeed_RepeatsEveryCall_WhateverTorchsGeneratorDoes_AndLeavesItAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(29);
        var blocks = Enumerable.Range(0, 2).Select(_ => new Block(4, 2) { Options = new() { JacobianSeed = 4, JacobianFrequency = 0.5 } }).ToArray();
        blocks[1].load_state_dict(blocks[0].state_dict());
        var x = randn(1, 2, 4, float64);
        double?[] Run(Block block, long noise)
        {
            manual_seed(noise);
            return [.. Enumerable.Range(0, 12).Select(_ => block.Solve(x).JacobianPenalty?.item<double>())];
        }
        var first = Run(blocks[0], 1);
        Assert.Equal(first, Run(blocks[1], 2));
        Assert.InRange(first.Count(p => p is not null), 2, 10);
        Assert.Equal(first.OfType<double>().Count(), first.OfType<double>().Distinct().Count());

        manual_seed(30);
        var expected = randn(1).item<float>();
        manual_seed(30);
        blocks[0].Solve(x);
        Assert.Equal(expected, randn(1).item<float>());
        foreach (var block in blocks) block.Dispose();
    }

    [Fact]
    public void WhatIsOutOfRange_IsRefusedWhereItIsSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearSchedule(0, double.NaN, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearSchedule(0, 1, 0));
        Assert.Contains("[0, 1]", Assert.Throws<EquilibriumException>(() => new EquilibriumOptions { JacobianFrequencySchedule = new LinearSchedule(0, 2, 5) }).Message);
        Assert.Throws<EquilibriumException>(() => new EquilibriumOptions { JacobianGammaSchedule = new LinearSchedule(1, -1, 5) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EquilibriumOptions { CorrectionDecay = 1.1 });
    }
}
