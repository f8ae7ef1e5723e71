using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Batches of nothing, and states whose only dimension is the batch, in every gradient mode.</summary>
public class DegenerateBatchTests
{
    public static TheoryData<string> Modes => [.. Enum.GetNames<GradientMode>(), "preconditioned", "shine, refined", "reversible"];

    private static EquilibriumOptions Options(string mode) => mode switch
    {
        "reversible" => new() { Beta = 0.7, Steps = 6, JacobianGamma = 1 },
        "preconditioned" => new() { Solver = new Broyden(), BackwardSolver = new Gmres { Precondition = true }, JacobianGamma = 1 },
        "shine, refined" => new() { Solver = new Broyden(), Gradient = GradientMode.Shine, GradientRefinement = 2, JacobianGamma = 1 },
        _ => new() { Solver = mode == nameof(GradientMode.Unrolled) ? new Picard() : new Broyden(), Gradient = Enum.Parse<GradientMode>(mode), JacobianGamma = 1 },
    };

    private static (Tensor Value, Tensor? Gradient, double Penalty) Run(string mode, Tensor given)
    {
        var x = given.detach().clone().requires_grad_();
        static Tensor F(Tensor z, Tensor x) => (z * 0.5 + x).tanh();
        var options = Options(mode) with { Tolerance = mode == "reversible" ? null : 1e-9, BackwardTolerance = mode == "reversible" ? null : 1e-9 };
        var result = mode == "reversible"
            ? Equilibrium.SolveReversible((z, inputs) => F(z, inputs[0]), zeros_like(x).detach(), [x], options)
            : Equilibrium.Solve(z => F(z, x), zeros_like(x).detach(), options);
        (result.Value.sum() + result.JacobianPenalty! * 0).BackwardOrThrow();
        return (result.Value, x.grad, result.JacobianPenalty!.item<double>());
    }

    [Theory, MemberData(nameof(Modes))]
    public void AnEmptyBatch_GivesNothing_AndNoNaN(string mode)
    {
        using var scope = NewDisposeScope();
        var (value, gradient, penalty) = Run(mode, zeros(0, 4, float64));
        Assert.Equal([0, 4], value.shape);
        // Of no steps there may be no gradient.
        Assert.True(mode == "reversible" ? gradient is null : gradient!.shape.SequenceEqual([0L, 4]));
        Assert.Equal(0, penalty);
    }

    [Theory, MemberData(nameof(Modes))]
    public void AStateOfOneNumberPerSample_NeedsNoSecondDimension(string mode)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn(5, float64);
        var flat = Run(mode, x);
        var rows = Run(mode, x.unsqueeze(1));
        Assert.True(Dense.Same(flat.Value, rows.Value.squeeze(1)));
        Assert.True(Dense.Same(flat.Gradient!, rows.Gradient!.squeeze(1)));
    }
}
