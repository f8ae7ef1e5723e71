using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Calls that are unusual or wrong: they do what they can, or say what is wrong.</summary>
public class UnusualCallTests
{
    [Fact]
    public void AStateOfNoNumbers_HasAGradientOfNone()
    {
        using var scope = NewDisposeScope();
        foreach (var backward in new Solver[] { new Anderson(), new Picard(), new Broyden(), new Gmres() })
        {
            var x = zeros(3, 0).requires_grad_();
            var value = Equilibrium.Solve(z => z * 0.5 + x, zeros(3, 0), new() { BackwardSolver = backward }).Value;
            value.sum().BackwardOrThrow();
            Assert.Equal([3, 0], x.grad!.shape);
        }
    }

    [Fact]
    public void AReversibleStateWithoutDimensions_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<EquilibriumException>(() => Equilibrium.SolveReversible((z, _) => z * 0.5, tensor(1.0), [], new() { Beta = 0.5 }));
        Assert.Contains("dimension 0 of a state is the batch", e.Message);
    }

    [Fact]
    public void AnInitialStateOfAnotherType_IsNamed()
    {
        using var scope = NewDisposeScope();
        var layer = new Block(8, 2);
        var x = randn(2, 3, 8, float64);
        var e = Assert.Throws<EquilibriumException>(() => layer.Solve(x, zeros(2, 3, 8, ScalarType.Float32)));
        Assert.Contains("the initial state is Float32", e.Message);
        Assert.Contains("Give the initial state as Float64", e.Message);
    }

    [Fact]
    public void AnEmptyBatch_IsNoPassedGradientCheck()
    {
        using var scope = NewDisposeScope();
        var report = Equilibrium.CheckGradient(new Block(8, 2), zeros(0, 3, 8, float64));
        Assert.False(report.Passed);
        Assert.Contains("batch is empty", Assert.Single(report.Problems));
    }

    [Fact]
    public void CheckEvery_WhereNoSolverUsesIt_IsSaidOnce()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 3, 8, float64) * 0.1;
        IReadOnlyList<string> Heard(EquilibriumOptions options)
        {
            var layer = new Block(8, 2) { Options = options };
            return Warnings.During(() =>
            {
                layer.call(x);
                layer.call(x);
            });
        }
        Assert.Contains("CheckEvery is 4", Assert.Single(Heard(new() { Solver = new Anderson(), CheckEvery = 4 })));
        Assert.Empty(Heard(new() { Solver = new Picard(), CheckEvery = 4 }));
        Assert.Empty(Heard(new() { Solver = new Anderson(), BackwardSolver = new Picard(), CheckEvery = 4 }));
        Assert.Empty(Heard(new() { Solver = new Anderson(), CheckEvery = 1 }));
    }
}
