using Deq.Solvers;
using Deq.Tests.Infrastructure;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Cells of every floating type: a narrow one sees its own type, the solver computes in float32.</summary>
public class CellTypeTests
{
    private const int Batch = 4, Size = 12;

    public static TheoryData<string, ScalarType> SolversAndTypes()
    {
        TheoryData<string, ScalarType> data = [];
        foreach (var name in new[] { "picard", "anderson", "broyden", "broyden, line search", "newton_krylov" })
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16 })
                data.Add(name, type);
        return data;
    }

    public static TheoryData<GradientMode, ScalarType> ModesAndTypes()
    {
        TheoryData<GradientMode, ScalarType> data = [];
        foreach (var mode in Enum.GetValues<GradientMode>())
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16 })
                data.Add(mode, type);
        return data;
    }

    private static FixedPointSolver Of(string name) => name switch
    {
        "picard" => new Picard(),
        "anderson" => new Anderson(),
        "broyden" => new Broyden(),
        "newton_krylov" => new NewtonKrylov(),
        _ => new Broyden { LineSearch = true },
    };

    // Relative, of a value or gradient that one evaluation in the type rounds: 8, 24, 53 bits.
    private static double Off(ScalarType type) => type switch { ScalarType.BFloat16 => 3e-2, ScalarType.Float32 => 1e-5, _ => 1e-9 };

    private static double Tolerance(ScalarType type) => type switch { ScalarType.BFloat16 => 5e-3, ScalarType.Float32 => 1e-6, _ => 1e-11 };

    private static (Tensor W, Tensor X, Tensor G) Problem()
    {
        manual_seed(3);
        return (randn(Size, Size, float64) * 0.2, randn(Batch, Size, float64), randn(Batch, Size, float64));
    }

    private static Tensor Run(EquilibriumOptions options, ScalarType type, out Tensor gradient, out EquilibriumStatistics statistics)
    {
        var (w, x, g) = Problem();
        Tensor weight = w.to(type), input = x.to(type).requires_grad_();
        var result = Equilibrium.Solve(z =>
        {
            Assert.Equal(type, z.dtype);
            return (z.matmul(weight.t()) + input).tanh();
        }, zeros(Batch, Size, type), options);
        gradient = autograd.grad([(result.Value * g.to(type)).sum()], [input])[0];
        Assert.Equal(type, result.Value.dtype);
        Assert.Equal(type, gradient.dtype);
        statistics = result.Statistics;
        return result.Value;
    }

    private static EquilibriumOptions Tight(ScalarType type, FixedPointSolver solver) => new()
    {
        Solver = solver,
        MaxEvaluations = 200,
        BackwardMaxEvaluations = 200,
        Tolerance = Tolerance(type),
        BackwardTolerance = Tolerance(type),
    };

    [Theory, MemberData(nameof(SolversAndTypes))]
    public void EverySolver_FindsValueAndGradient_InEveryType(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var value = Run(Tight(type, Of(name)), type, out var gradient, out var statistics);
        var exact = Run(Tight(ScalarType.Float64, new Picard()) with { Tolerance = 1e-14, BackwardTolerance = 1e-14 }, ScalarType.Float64, out var exactGradient, out _);
        Assert.Equal(SolveOutcome.Converged, statistics.Forward!.Outcome);
        Assert.Equal(SolveOutcome.Converged, statistics.Backward!.Outcome);
        Assert.InRange(Dense.Distance(value, exact), 0, Off(type));
        Assert.InRange(Dense.Distance(gradient, exactGradient), 0, Off(type));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gmres_SolvesTheAdjointOfABFloat16Cell(bool precondition)
    {
        using var scope = NewDisposeScope();
        var options = Tight(ScalarType.BFloat16, new Broyden()) with { BackwardSolver = new Gmres { Precondition = precondition } };
        Run(options, ScalarType.BFloat16, out var gradient, out var statistics);
        Run(Tight(ScalarType.Float64, new Picard()), ScalarType.Float64, out var exact, out _);
        Assert.Equal(SolveOutcome.Converged, statistics.Backward!.Outcome);
        Assert.InRange(Dense.Distance(gradient, exact), 0, Off(ScalarType.BFloat16));
    }

    [Theory, MemberData(nameof(ModesAndTypes))]
    public void EveryGradientMode_IsItsFloat64SelfInEveryType(GradientMode mode, ScalarType type)
    {
        using var scope = NewDisposeScope();
        FixedPointSolver solver = mode == GradientMode.Shine ? new Broyden() : new Picard();
        // The same evaluations in every type: a history of seven in each.
        EquilibriumOptions Options(ScalarType t) => (Tight(t, solver) with { Gradient = mode, MaxEvaluations = 7, Tolerance = 1e-30, OnFailure = OnFailure.Report }).ForItsGradient();
        Run(Options(type), type, out var gradient, out _);
        Run(Options(ScalarType.Float64), ScalarType.Float64, out var exact, out _);
        // A narrow history makes another inverse: SHINE is an estimate in any case.
        Assert.InRange(Dense.Distance(gradient, exact), 0, (mode == GradientMode.Shine ? 10 : 1) * Off(type));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void ThePenalty_IsItsFloat64Self(ScalarType type)
    {
        using var scope = NewDisposeScope();
        double Penalty(ScalarType t)
        {
            var (w, x, _) = Problem();
            Tensor weight = w.to(t).requires_grad_(), input = x.to(t);
            var result = Equilibrium.Solve(z => (z.matmul(weight.t()) + input).tanh(), zeros(Batch, Size, t),
                Tight(t, new Anderson()) with { JacobianGamma = 1, JacobianProbes = 200 });
            var penalty = result.JacobianPenalty!;
            Assert.True(autograd.grad([penalty], [weight])[0].isfinite().all().item<bool>());
            return penalty.to(ScalarType.Float64).item<double>();
        }
        // Other draws in every type: 200 probes leave some 3 %.
        Assert.Equal(1, Penalty(type) / Penalty(ScalarType.Float64), 0.15);
    }

    [Fact]
    public void ABFloat16Cell_IsSolvedToWhatItsOwnRoundingAllows()
    {
        using var scope = NewDisposeScope();
        var (w, x, _) = Problem();
        Tensor weight = w.to(ScalarType.BFloat16), input = x.to(ScalarType.BFloat16);
        Tensor F(Tensor z) => (z.matmul(weight.t()) + input).tanh();
        foreach (FixedPointSolver solver in new FixedPointSolver[] { new Picard(), new Anderson(), new Broyden() })
        {
            var found = FixedPointLoop.Solve(F, zeros(Batch, Size, ScalarType.BFloat16), new("the test", solver, 60, 4e-3, OnFailure: OnFailure.Report), Keep.Image);
            Assert.Equal(ScalarType.BFloat16, found.Value.dtype);
            Assert.Equal(SolveOutcome.Converged, found.Statistics.Outcome);
        }
    }
}
