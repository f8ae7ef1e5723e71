using Deq.Solvers;
using Deq.Tests.Infrastructure;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Every gradient mode against its own definition, in float64.</summary>
public class GradientModeTests
{
    private const int Steps = 4;
    private const double T = 0.6;

    private readonly GoldenProblem p = GoldenProblem.P1();

    private EquilibriumOptions Options(GradientMode mode) => new EquilibriumOptions
    {
        Solver = mode == GradientMode.Unrolled ? new Picard() : new Broyden(),
        MaxEvaluations = mode == GradientMode.Unrolled ? 15 : 200,
        Tolerance = 1e-13,
        BackwardMaxEvaluations = 200,
        BackwardTolerance = 1e-13,
        Gradient = mode,
        GradientSteps = Steps,
        GradientDamping = T,
    }.ForItsGradient();

    private (Tensor Value, Tensor Gradient, Tensor X) Differentiate(GradientMode mode)
    {
        var x = p.X.clone().requires_grad_();
        var value = Equilibrium.Solve(z => p.F(z, x), p.Start, Options(mode)).Value;
        return (value, autograd.grad([(value * p.LossWeights).sum()], [x])[0], x);
    }

    /// <summary>df/dx^T u at the fixed point.</summary>
    private Tensor Through(Tensor fixedPoint, Tensor u, Tensor x) => autograd.grad([p.F(fixedPoint.detach(), x)], [x], [u])[0];

    [Fact]
    public void JacobianFree_IsTheBackwardOfOneEvaluation()
    {
        using var scope = NewDisposeScope();
        var (value, gradient, x) = Differentiate(GradientMode.JacobianFree);
        var g = p.LossWeights.expand(4, 50);
        Assert.InRange(Dense.Distance(gradient, Through(value, g, x)), 0, 1e-11);
    }

    [Fact]
    public void Neumann_IsItsTruncatedSeries()
    {
        using var scope = NewDisposeScope();
        var (value, gradient, x) = Differentiate(GradientMode.Neumann);
        var damped = Dense.Jacobian(p.F, value).t() * T + eye(200, dtype: float64) * (1 - T);
        Tensor term = p.LossWeights.expand(4, 50).reshape(200, 1), sum = term;
        for (var i = 1; i < Steps; i++)
        {
            term = damped.matmul(term);
            sum = sum + term;
        }
        Assert.InRange(Dense.Distance(gradient, Through(value, (sum * T).view(4, 50), x)), 0, 1e-10);
    }

    [Fact]
    public void Phantom_IsTheGradientOfItsStepsFromTheDetachedFixedPoint()
    {
        using var scope = NewDisposeScope();
        var (value, gradient, x) = Differentiate(GradientMode.Phantom);
        var z = value.detach();
        for (var k = 0; k < Steps; k++) z = p.F(z, x) * T + z * (1 - T);
        Assert.InRange(Dense.Distance(gradient, autograd.grad([(z * p.LossWeights).sum()], [x])[0]), 0, 1e-11);
    }

    [Fact]
    public void Unrolled_IsTheGradientOfTheIterations()
    {
        using var scope = NewDisposeScope();
        var (value, gradient, x) = Differentiate(GradientMode.Unrolled);
        var z = p.Start;
        for (var k = 0; k < 15; k++) z = p.F(z, x);
        Assert.InRange(Dense.Distance(value, z), 0, 1e-15);
        Assert.InRange(Dense.Distance(gradient, autograd.grad([(z * p.LossWeights).sum()], [x])[0]), 0, 1e-13);
    }

    [Theory]
    [InlineData(GradientMode.Phantom)]
    [InlineData(GradientMode.Unrolled)]
    public void WhatIsOnTapeAllTheWay_HasASecondDerivative(GradientMode mode)
    {
        using var scope = NewDisposeScope();
        var x = p.X.clone().requires_grad_();
        var value = Equilibrium.Solve(z => p.F(z, x), p.Start, Options(mode)).Value;
        var first = autograd.grad([value.square().sum()], [x], retain_graph: true, create_graph: true)[0];
        var second = autograd.grad([first.square().sum()], [x])[0];
        Assert.True(second.isfinite().all().item<bool>() && second.abs().max().item<double>() > 0);
    }

    [Fact]
    public void JacobianFree_AndNeumann_RefuseASecondDerivative()
    {
        using var scope = NewDisposeScope();
        foreach (var mode in new[] { GradientMode.JacobianFree, GradientMode.Neumann })
        {
            var x = p.X.clone().requires_grad_();
            var result = Equilibrium.Solve(z => p.F(z, x), p.Start, Options(mode));
            Warnings.During(() => Assert.ThrowsAny<Exception>(() => result.Value.sum().backward(create_graph: true)));
            Assert.Contains("cannot be differentiated again", result.Statistics.BackwardFailure!.Message);
        }
    }

    [Fact]
    public void TheValue_IsThatOfEvalMode_InEveryMode()
    {
        using var scope = NewDisposeScope();
        foreach (var mode in Enum.GetValues<GradientMode>())
        {
            var taped = Differentiate(mode).Value;
            using var untaped = no_grad();
            Assert.InRange(Dense.Distance(taped, Equilibrium.Solve(p.F, p.Start, Options(mode)).Value), 0, 1e-15);
        }
    }

    [Fact]
    public void ThePenalty_IsTheSameInEveryMode()
    {
        using var scope = NewDisposeScope();
        var expected = double.NaN;
        foreach (var mode in Enum.GetValues<GradientMode>())
        {
            var x = p.X.clone().requires_grad_();
            manual_seed(3);
            var options = Options(mode) with { JacobianGamma = 2, MaxEvaluations = 500 };
            var penalty = Equilibrium.Solve(z => p.F(z, x), p.Start, options).JacobianPenalty!;
            if (double.IsNaN(expected)) expected = penalty.item<double>();
            Assert.Equal(1, penalty.item<double>() / expected, 1e-9);
            Assert.True(autograd.grad([penalty], [x])[0].abs().max().item<double>() > 0);
        }
    }

    [Fact]
    public void Unrolled_WithASolverThatCannotBe_IsRefused()
    {
        using var scope = NewDisposeScope();
        var x = p.X.clone().requires_grad_();
        var options = Options(GradientMode.Unrolled) with { Solver = new NewtonKrylov() };
        Assert.Contains("picard", Assert.Throws<EquilibriumException>(() => Equilibrium.Solve(z => p.F(z, x), p.Start, options)).Message);
    }
}
