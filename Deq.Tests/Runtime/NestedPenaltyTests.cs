using Deq.Solvers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Tests.Runtime;

/// <summary>A penalised layer in the cell of one whose gradient repeats evaluations: it draws once per forward, and what it drew is not lost.</summary>
public class NestedPenaltyTests
{
    private static Tensor Input()
    {
        manual_seed(51);
        return randn(3, 4, float64);
    }

    private static (Module<Tensor, Tensor> Outer, Penalised Inner) Make(string kind, bool attach = false)
    {
        manual_seed(52);
        var inner = new Penalised { Options = new() { JacobianAttach = attach, Tolerance = 1e-14, MaxEvaluations = 200 } };
        return kind switch
        {
            "reversible" => (new AroundReversible(inner), inner),
            "implicit" => (new Around(inner) { Options = new() { Tolerance = 1e-13, MaxEvaluations = 200 } }, inner),
            "phantom" => (new Around(inner) { Options = new() { Tolerance = 1e-13, MaxEvaluations = 200, Gradient = GradientMode.Phantom, GradientSteps = 3 } }, inner),
            _ => (new Around(inner) { Options = new() { Gradient = GradientMode.Unrolled, Solver = new Picard(), MaxEvaluations = 4 } }, inner),
        };
    }

    /// <summary>The term that the inner layer draws where the outer call ends up, with the same probe, and its gradients.</summary>
    private static (double Term, Tensor[] Gradients) Expected(Penalised inner, Tensor at, Tensor x)
    {
        manual_seed(53);
        inner.Options = inner.Options with { JacobianAttach = false };
        inner.call(at.detach() * 0.2 + x);
        var term = inner.JacobianPenalty();
        return (term.item<double>(), [.. autograd.grad([term], [.. inner.parameters()])]);
    }

    [Theory]
    [InlineData("implicit")]
    [InlineData("reversible")]
    [InlineData("phantom")]
    [InlineData("unrolled")]
    public void ItDrawsOncePerForward_AtTheValue_AndTheBackwardDrawsNothing(string kind)
    {
        using var scope = NewDisposeScope();
        var (outer, inner) = Make(kind);
        var x = Input();
        manual_seed(53);
        var value = outer.call(x);
        var term = outer.JacobianPenalty();
        var gradients = autograd.grad([term], [.. inner.parameters()], retain_graph: true);
        var generator = Dense.Numbers(get_rng_state());
        (value.square().sum() + term).BackwardOrThrow();
        Assert.Equal(generator, Dense.Numbers(get_rng_state()));
        Assert.Equal(0, outer.JacobianPenalty().item<double>());

        // The value of an implicit or phantom layer is f(z*), z* but for the tolerance.
        var (expected, expectedGradients) = Expected(inner, value, x);
        Assert.True(expected > 1e-6);
        Assert.Equal(1, term.item<double>() / expected, 1e-9);
        Assert.InRange(Dense.Distance(gradients, expectedGradients), 0, 1e-8);
    }

    [Theory]
    [InlineData("reversible")]
    [InlineData("phantom")]
    [InlineData("unrolled")]
    public void Attached_ItRidesAlongWithTheOuterValue_Once(string kind)
    {
        using var scope = NewDisposeScope();
        var x = Input();
        Tensor[] Gradients(bool attach)
        {
            var (outer, inner) = Make(kind, attach);
            manual_seed(53);
            var value = outer.call(x);
            var loss = value.square().sum();
            if (!attach) loss = loss + outer.JacobianPenalty();
            loss.BackwardOrThrow();
            return [.. inner.parameters().Select(p => p.grad!)];
        }
        Assert.InRange(Dense.Distance(Gradients(true), Gradients(false)), 0, 1e-10);
    }

    [Theory]
    [InlineData("reversible")]
    [InlineData("unrolled")]
    public void WhatNobodyRead_IsSaidOnce_AndIsNoPartOfTheNextLoss(string kind)
    {
        using var scope = NewDisposeScope();
        var (outer, inner) = Make(kind);
        var x = Input();
        var heard = Warnings.During(() =>
        {
            for (var step = 0; step < 3; step++) outer.call(x).square().sum().BackwardOrThrow();
        });
        Assert.Contains("Penalised drew a Jacobian penalty that nobody read", Assert.Single(heard));
        manual_seed(53);
        var value = outer.call(x);
        var once = outer.JacobianPenalty().item<double>();
        Assert.Equal(1, once / Expected(inner, value, x).Term, 1e-9);
    }

    [Fact]
    public void InEvalMode_AndWithoutGradients_NothingIsDrawn()
    {
        using var scope = NewDisposeScope();
        var (outer, _) = Make("reversible");
        var x = Input();
        using (no_grad()) outer.call(x);
        Assert.Equal(0, outer.JacobianPenalty().item<double>());
        outer.eval();
        outer.call(x).sum().BackwardOrThrow();
        Assert.Equal(0, outer.JacobianPenalty().item<double>());
    }
}

/// <summary>The inner layer.</summary>
[EquilibriumLayer]
[JacobianReg(gamma: 3.0)]
internal sealed partial class Penalised : Module<Tensor, Tensor>
{
    private readonly Linear linear = Linear(4, 4, dtype: float64);

    public Penalised() : base(nameof(Penalised)) => RegisterComponents();

    [Cell] private Tensor Step(Tensor z, Tensor x) => (linear.call(z) * 0.6 + x).tanh();
}

/// <summary>A reversible layer around it.</summary>
[EquilibriumLayer]
[Reversible(beta: 0.5, Steps = 4)]
internal sealed partial class AroundReversible : Module<Tensor, Tensor>
{
    private readonly Penalised inner;

    public AroundReversible(Penalised inner) : base(nameof(AroundReversible))
    {
        this.inner = inner;
        RegisterComponents();
    }

    [Cell] private Tensor Step(Tensor z, Tensor x) => inner.call(z * 0.2 + x) * 0.5;
}

/// <summary>A layer that solves for its fixed point around it.</summary>
[EquilibriumLayer]
internal sealed partial class Around : Module<Tensor, Tensor>
{
    private readonly Penalised inner;

    public Around(Penalised inner) : base(nameof(Around))
    {
        this.inner = inner;
        RegisterComponents();
    }

    [Cell] private Tensor Step(Tensor z, Tensor x) => inner.call(z * 0.2 + x) * 0.5;
}
