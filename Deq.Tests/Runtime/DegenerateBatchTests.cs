using Deq.Solvers;
using Deq.Tests.Grids;
using Deq.Tests.Infrastructure;
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
        var options = (Options(mode) with { Tolerance = mode == "reversible" ? null : 1e-9, BackwardTolerance = mode == "reversible" ? null : 1e-9 }).ForItsGradient();
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

    [Theory, MemberData(nameof(Modes))]
    public void SamplesOfNoNumbers_GiveNothing_AndNoNaN(string mode)
    {
        using var scope = NewDisposeScope();
        var (value, gradient, penalty) = Run(mode, zeros(3, 0, float64));
        Assert.Equal([3, 0], value.shape);
        Assert.True(gradient is null || gradient.shape.SequenceEqual([3L, 0]));
        Assert.Equal(0, penalty);
    }

    public static TheoryData<string> ForwardSolvers => GridSolvers.ForwardNames;

    [Theory, MemberData(nameof(ForwardSolvers))]
    public void AStateOfOneNumberPerSample_IsSolvedByEverySolver(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = randn(5, float64);
        Solution Solve(Tensor given) => FixedPointLoop.Solve(z => (z * 0.5 + given).tanh(), zeros_like(given), new("the test", GridSolvers.Forward[name], 100, 1e-10), Keep.Image);
        Solution flat = Solve(x), rows = Solve(x.unsqueeze(1));
        Assert.Equal(SolveOutcome.Converged, flat.Statistics.Outcome);
        Assert.True(Dense.Same(flat.Value, rows.Value.squeeze(1)));
        Assert.Equal([5], flat.Value.shape);
    }

    public static TheoryData<string> AdjointSolvers => [.. GridSolvers.Adjoint.Keys, .. GridSolvers.Preconditioned.Keys];

    [Theory, MemberData(nameof(AdjointSolvers))]
    public void AStateOfOneNumberPerSample_HasItsGradientFromEveryAdjointSolver(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = randn(5, float64).requires_grad_();
        var solver = GridSolvers.Adjoint.TryGetValue(name, out var plain) ? plain : GridSolvers.Preconditioned[name];
        var options = new EquilibriumOptions { Solver = new Broyden(), BackwardSolver = solver, Tolerance = 1e-12, BackwardTolerance = 1e-12, MaxEvaluations = 100, BackwardMaxEvaluations = 200 };
        var result = Equilibrium.Solve(z => (z * 0.5 + x).tanh(), zeros(5, float64), options);
        result.Value.sum().BackwardOrThrow();
        // dz = s (0.5 dz + dx) with s = 1 - z^2.
        using var still = no_grad();
        var slope = 1 - result.Value.square();
        Assert.InRange(Dense.Distance(x.grad!, slope / (1 - slope * 0.5)), 0, 1e-10);
    }

    [Fact]
    public void AStateOfOneNumberPerSample_IsCheckedAndExamined()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        Tensor x = randn(5, float64).requires_grad_(), z = zeros(5, float64);
        Tensor F(Tensor z) => (z * 0.5 + x).tanh();
        Assert.True(Equilibrium.CheckGradient(F, z, [x]).Passed);
        var solution = FixedPointLoop.Solve(F, z, new("the test", new Broyden(), 100, 1e-12));
        using var still = no_grad();
        Assert.InRange(Dense.Distance(tensor(SpectralRadius.Of(F, solution.Value), float64), (1 - solution.Value.square()) * 0.5), 0, 1e-6);
        var corrected = Equilibrium.Solve(F, z, new EquilibriumOptions { CorrectionStates = 2 });
        Assert.All(corrected.Intermediates, state => Assert.Equal([5], state.shape));
    }
}
