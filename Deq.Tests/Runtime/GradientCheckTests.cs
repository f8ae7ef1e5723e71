using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class GradientCheckTests
{
    private static Tensor Input(params long[] shape)
    {
        manual_seed(11);
        return randn(shape, float64) * 0.3;
    }

    [Fact]
    public void ARightLayer_Passes_AndIsLeftAsItWas()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var layer = new Block(4, 2, dropout: 0.3);
        layer.Options = new() { MaxEvaluations = 7 };
        var x = Input(1, 2, 4);
        var before = layer.parameters().Select(p => Dense.Numbers(p)).ToArray();
        var objects = layer.parameters().ToArray();
        objects[0].grad = ones_like(objects[0]);

        var report = Equilibrium.CheckGradient(layer, x);
        Assert.True(report.Passed, report.Message);
        string[] names = ["the input", .. layer.named_parameters().Select(p => p.name)];
        Assert.Equal(names, report.Entries.Select(e => e.Name));
        Assert.All(report.Entries, e => Assert.InRange(e.Error, 0, 1e-5));

        Assert.Equal(before, layer.parameters().Select(p => Dense.Numbers(p)));
        Assert.True(layer.training);
        Assert.Equal(7, layer.Options.MaxEvaluations);
        Assert.Null(layer.Options.Tolerance);
        Assert.Equal(1, objects[0].grad!.max().item<double>());
        Assert.True(objects.Skip(1).All(p => p.grad is null));
        Assert.False(x.requires_grad);
    }

    [Fact]
    public void ARightFunction_Passes_WithEverySolver()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Tensor x = p.X.narrow(0, 0, 2).clone().requires_grad_(), w = p.W.clone().requires_grad_();
        foreach (var solver in new FixedPointSolver[] { new Anderson(), new Broyden(), new NewtonKrylov() })
        {
            var report = Equilibrium.CheckGradient(z => (z.matmul(w.t()) + x).tanh(), zeros_like(x), [x, w], new() { Solver = solver, BackwardSolver = new Gmres() });
            Assert.True(report.Passed, report.Message);
        }
        Assert.Null(x.grad);
    }

    [Fact]
    public void APartThatIsDetached_IsFoundByName()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Tensor x = p.X.narrow(0, 0, 2).clone().requires_grad_(), scale = full([1], 0.5, float64).requires_grad_();
        var report = Equilibrium.CheckGradient(z => ((z.matmul(p.W.t()) * scale).tanh() + x * scale.detach()) * 0.5, zeros_like(x), [x, scale]);
        Assert.False(report.Passed);
        Assert.True(report.Entries[0].Passed, report.Message);
        Assert.False(report.Entries[1].Passed);
        Assert.Contains("1 of 2", report.Message);
        Assert.Contains("WRONG  leaf 1", report.Message);
        Assert.Contains("detach", Assert.Throws<EquilibriumException>(report.ThrowIfWrong).Message);
    }

    [Fact]
    public void AStateThatIsDetached_MakesEveryGradientWrong()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.narrow(0, 0, 2).clone().requires_grad_();
        var report = Equilibrium.CheckGradient(z => p.F(z.detach(), x), zeros_like(x), [x]);
        Assert.False(Assert.Single(report.Entries).Passed);
        Assert.InRange(report.Entries[0].Error, 0.05, 10);
    }

    [Fact]
    public void AnInexactMode_IsTold()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.narrow(0, 0, 2).clone().requires_grad_();
        var report = Equilibrium.CheckGradient(z => p.F(z, x), zeros_like(x), [x], new() { Gradient = GradientMode.JacobianFree });
        Assert.False(report.Passed);
        Assert.Contains("by design", report.Message);
    }

    [Fact]
    public void ACellThatIsRandom_IsAProblemOfItsOwn()
    {
        using var scope = NewDisposeScope();
        var x = Input(2, 3).requires_grad_();
        var report = Equilibrium.CheckGradient(z => z * 0.1 + x + rand_like(z), zeros_like(x), [x], new() { OnFailure = OnFailure.Report });
        Assert.False(report.Passed);
        Assert.Contains(report.Problems, m => m.Contains("changes from call to call"));
    }

    [Fact]
    public void ASolveThatDoesNotConverge_IsAProblemOfItsOwn()
    {
        using var scope = NewDisposeScope();
        var x = Input(2, 3).requires_grad_();
        var report = Equilibrium.CheckGradient(z => -z + x, ones_like(x), [x], new() { Solver = new Picard(), BackwardSolver = new Gmres() });
        Assert.False(report.Passed);
        Assert.Contains(report.Problems, m => m.Contains("stagnated"));
    }

    [Fact]
    public void WhatCannotBeChecked_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        var x = Input(2, 3).requires_grad_();
        string Refusal(Action check) => Assert.Throws<EquilibriumException>(check).Message;
        Assert.Contains("to(float64)", Refusal(() => Equilibrium.CheckGradient(new Block(4, 2, dtype: float32), Input(1, 2, 4))));
        Assert.Contains("[EquilibriumLayer]", Refusal(() => Equilibrium.CheckGradient(nn.Linear(3, 3, dtype: float64), Input(1, 3))));
        Assert.Contains("no leaf", Refusal(() => Equilibrium.CheckGradient(z => z * 0.5, zeros_like(x), [])));
        Assert.Contains("requires_grad_", Refusal(() => Equilibrium.CheckGradient(z => z * 0.5, zeros_like(x), [x * 2])));
        Assert.Contains("Float32", Refusal(() => Equilibrium.CheckGradient(z => z * 0.5, zeros(2, 3), [x])));
    }
}
