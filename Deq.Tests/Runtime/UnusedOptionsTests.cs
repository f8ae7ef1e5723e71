using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Tests.Runtime;

/// <summary>Options at run time that can have no effect: refused where they are given to a call, said once per layer where they are the layer's.</summary>
public class UnusedOptionsTests
{
    private static readonly Tensor X = randn(2, 3, float64).DetachFromDisposeScope();

    public static TheoryData<GradientMode, int, bool> Gradients => new()
    {
        { GradientMode.Implicit, 0, true },
        { GradientMode.Shine, 3, true },
        { GradientMode.Shine, 0, false },
        { GradientMode.Phantom, 0, false },
        { GradientMode.Neumann, 0, false },
        { GradientMode.JacobianFree, 0, false },
        { GradientMode.Unrolled, 0, false },
    };

    private static IEnumerable<(string Name, EquilibriumOptions Options)> Backward(EquilibriumOptions options) =>
    [
        ("BackwardSolver", options with { BackwardSolver = new Gmres() }),
        ("BackwardMaxEvaluations", options with { BackwardMaxEvaluations = 7 }),
        ("BackwardTolerance", options with { BackwardTolerance = 1e-5 }),
        ("BackwardStopMode", options with { BackwardStopMode = StopMode.Absolute }),
    ];

    private static EquilibriumOptions Of(GradientMode mode, int refinement) =>
        new() { Solver = new Broyden(), Gradient = mode, GradientRefinement = refinement > 0 ? refinement : null };

    [Theory, MemberData(nameof(Gradients))]
    public void OptionsOfAnAdjointSolve_AreRefusedOfACall_WhereNoneIsMade(GradientMode mode, int refinement, bool isMade)
    {
        using var scope = NewDisposeScope();
        var layer = new Unadorned();
        foreach (var (name, options) in Backward(Of(mode, refinement)))
            foreach (var call in new Action[]
            {
                () => Equilibrium.Solve(z => (z * 0.5 + X).tanh(), zeros_like(X), options),
                () => layer.Solve(X, options: options),
            })
            {
                if (isMade)
                {
                    call();
                    continue;
                }
                var message = Assert.Throws<EquilibriumException>(call).Message;
                Assert.Contains(name + " describe an adjoint solve", message);
                Assert.Contains("implicit", message);
            }
    }

    [Fact]
    public void OptionsOfALayer_AreSaidOncePerLayer_AndChangeNothing()
    {
        using var scope = NewDisposeScope();
        // One record for all layers of a model.
        var options = new EquilibriumOptions { BackwardTolerance = 1e-6, BackwardSolver = new Anderson(), Tolerance = 1e-8 };
        var (plain, free, other) = (new Unadorned(), new WithoutAdjoint(), new WithoutAdjoint());
        var heard = Warnings.During(() =>
        {
            foreach (IEquilibriumLayer layer in new IEquilibriumLayer[] { plain, free, other }) layer.Options = options;
            for (var k = 0; k < 3; k++)
            {
                plain.call(X);
                free.call(X);
            }
            other.call(X);
        });
        Assert.Equal(2, heard.Count);
        Assert.All(heard, message => Assert.StartsWith("WithoutAdjoint: BackwardSolver, BackwardTolerance describe an adjoint solve, and a jacobian_free gradient makes none", message));
        Assert.True(Dense.Same(free.call(X), new WithoutAdjoint { Options = new() { Tolerance = 1e-8 } }.call(X)));
    }

    [Fact]
    public void ALevel_IsAskedForItsOwnOptionsAlone()
    {
        using var scope = NewDisposeScope();
        var implicitly = new Unadorned { Options = new() { BackwardTolerance = 1e-6 } };
        var free = new WithoutAdjoint { Options = new() { BackwardTolerance = 1e-6 } };
        Assert.Empty(Warnings.During(() =>
        {
            // The layer's own gradient uses what this call does not.
            implicitly.Solve(X, options: new() { Gradient = GradientMode.JacobianFree });
            // This call uses what the layer's own gradient does not.
            free.Solve(X, options: new() { Gradient = GradientMode.Implicit });
            free.Solve(X, options: new() { Gradient = GradientMode.Implicit, BackwardMaxEvaluations = 40 });
        }));
        Assert.Contains("BackwardTolerance", Assert.Single(Warnings.During(() => free.call(X))));
    }

    [Theory]
    [InlineData(GradientMode.Implicit, "GradientSteps")]
    [InlineData(GradientMode.Implicit, "GradientDamping")]
    [InlineData(GradientMode.Implicit, "GradientRefinement")]
    [InlineData(GradientMode.JacobianFree, "GradientSteps")]
    [InlineData(GradientMode.Unrolled, "GradientDamping")]
    [InlineData(GradientMode.Phantom, "GradientRefinement")]
    [InlineData(GradientMode.Shine, "GradientSteps")]
    [InlineData(GradientMode.Shine, "BackwardMaxEvaluations")]
    [InlineData(GradientMode.Phantom, null)]
    [InlineData(GradientMode.Neumann, null)]
    public void SettingsOfAnotherGradient_AreSaidOnce_AtEitherLevel(GradientMode mode, string? unused)
    {
        using var scope = NewDisposeScope();
        var options = new EquilibriumOptions { Solver = new Broyden(), Gradient = mode };
        options = unused switch
        {
            "GradientSteps" => options with { GradientSteps = 3 },
            "GradientDamping" => options with { GradientDamping = 0.7 },
            "GradientRefinement" => options with { GradientRefinement = 2 },
            "BackwardMaxEvaluations" => options with { BackwardMaxEvaluations = 9, GradientRefinement = 2, BackwardTolerance = 1e-9 },
            _ => options with { GradientSteps = 3, GradientDamping = 0.7 },
        };
        foreach (var ofCall in new[] { false, true })
        {
            var layer = new Unadorned();
            if (!ofCall) layer.Options = options;
            var heard = Warnings.During(() =>
            {
                for (var k = 0; k < 2; k++) layer.Solve(X, options: ofCall ? options : null);
            });
            if (unused is null) Assert.Empty(heard);
            else Assert.StartsWith($"Unadorned: {unused} are not of a {mode.ToString().ToLowerInvariant().Replace("jacobianfree", "jacobian_free", StringComparison.Ordinal)} gradient", Assert.Single(heard));
        }
    }

    [Fact]
    public void APenaltyThatTheLayerDoesNotDeclare_IsNotDescribedInSilence()
    {
        using var scope = NewDisposeScope();
        foreach (var (name, options) in new (string, EquilibriumOptions)[]
        {
            ("JacobianFrequency", new() { JacobianFrequency = 0.5 }),
            ("JacobianProbes", new() { JacobianProbes = 2 }),
            ("JacobianSeed", new() { JacobianSeed = 7 }),
            ("JacobianAttach", new() { JacobianAttach = true }),
            ("CorrectionDecay", new() { CorrectionDecay = 0.5 }),
        })
        {
            Assert.Contains(name, Assert.Throws<EquilibriumException>(() => new Unadorned().Solve(X, options: options)).Message);
            var layer = new Unadorned { Options = options };
            Assert.Contains(name, Assert.Single(Warnings.During(() =>
            {
                layer.call(X);
                layer.call(X);
            })));
        }
        // Switched off in words, and of a layer that has one.
        Assert.Empty(Warnings.During(() =>
        {
            new Unadorned().Solve(X, options: new() { JacobianGamma = 0, JacobianFrequency = 0.5 });
            new Block(8, 2).Solve(randn(2, 3, 8, float64), options: new() { JacobianFrequency = 0.5, JacobianSeed = 7 });
        }));
    }

    [Fact]
    public void CheckEvery_BesideAGradientWithoutAnAdjoint_GoesByTheForwardSolverAlone()
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<string> Heard(EquilibriumOptions options) => Warnings.During(() => new WithoutAdjoint { Options = options }.call(X));
        Assert.Contains("CheckEvery is 4", Assert.Single(Heard(new() { Solver = new Anderson(), CheckEvery = 4 })));
        // The adjoint solver that would use it does not solve.
        Assert.Equal(2, Heard(new() { Solver = new Anderson(), BackwardSolver = new Picard(), CheckEvery = 4 }).Count);
        Assert.Empty(Heard(new() { Solver = new Picard(), CheckEvery = 4 }));
    }
}

/// <summary>A layer of the default gradient and no regulariser.</summary>
[EquilibriumLayer]
internal sealed partial class Unadorned() : Module<Tensor, Tensor>(nameof(Unadorned))
{
    [Cell] private Tensor Step(Tensor z, Tensor x) => (z * 0.5 + x).tanh();
}

/// <summary>A layer that solves no adjoint problem.</summary>
[EquilibriumLayer]
[Gradient("jacobian_free")]
internal sealed partial class WithoutAdjoint() : Module<Tensor, Tensor>(nameof(WithoutAdjoint))
{
    [Cell] private Tensor Step(Tensor z, Tensor x) => (z * 0.5 + x).tanh();
}
