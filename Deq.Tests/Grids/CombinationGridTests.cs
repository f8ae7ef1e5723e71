using System.Runtime.InteropServices;
using Deq.Modules;
using Deq.Solvers;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>
/// Every solver with every gradient, every regulariser and every type: value, penalty and gradients are those of the same call in
/// float64, which the other grids hold to their definitions, or the combination is refused in words.
/// </summary>
public class CombinationGridTests
{
    // Fewer than sixteen numbers: torch then draws the same normal ones in every type.
    private const int Batch = 3, Size = 5;

    private static readonly string[] Regularisers =
        ["none", "penalty", "penalty, attached", "penalty, through the state", "weight norm", "spectral norm", "dropout", "all"];

    private static readonly string[] Solvers = ["picard", "anderson", "broyden", "broyden, memory 6", "broyden, line search", "newton_krylov", "newton_krylov, autograd"];

    private static readonly string[] Gradients =
    [
        .. Solvers.Select(name => "implicit, " + name), "implicit, gmres", "implicit, gmres, preconditioned",
        "phantom", "neumann", "jacobian_free", "shine", "shine, refined", "unrolled",
    ];

    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var solver in Solvers)
            foreach (var gradient in Gradients) cells.Add(solver, gradient);
        return cells;
    }

    public static TheoryData<string> RegulariserNames => [.. Regularisers];

    [Theory, MemberData(nameof(Cells))]
    public void ACombination_IsItsFloat64Self_OrIsRefusedInWords(string solver, string gradient)
    {
        var inverse = gradient.StartsWith("shine", StringComparison.Ordinal) || gradient.EndsWith("preconditioned", StringComparison.Ordinal);
        foreach (var regulariser in Regularisers)
        {
            if (inverse && !solver.StartsWith("broyden", StringComparison.Ordinal))
            {
                Assert.Contains("broyden", Assert.Throws<EquilibriumException>(() => new Call(regulariser, Options(solver, gradient, ScalarType.Float64), ScalarType.Float64)).Message);
                continue;
            }
            try
            {
                CheckTypes(type => new Call(regulariser, Options(solver, gradient, type), type), inverse);
            }
            // Through whose iterations nothing is recorded.
            catch (EquilibriumException refusal) when (gradient == "unrolled" && solver != "picard")
            {
                Assert.Contains("unrolled gradient", refusal.Message);
            }
        }
    }

    [Theory, MemberData(nameof(RegulariserNames))]
    public void AReversibleLayer_IsItsFloat64Self(string regulariser) =>
        CheckTypes(type => new Call(regulariser, Regularised(new() { Beta = 0.7, Steps = 8 }, regulariser), type), inverse: false);

    private static void CheckTypes(Func<ScalarType, Call> of, bool inverse)
    {
        using var scope = NewDisposeScope();
        var exact = of(ScalarType.Float64);
        Assert.True(exact.Gradient.norm().item<double>() > 0.1);
        // One evaluation rounds to 24 and 8 bits; a gradient is some of them one after the other. A history in a narrow type makes another inverse.
        foreach (var (type, value, gradient) in new[] { (ScalarType.Float32, 1e-5, 1e-4), (ScalarType.BFloat16, 3e-2, 0.1) })
        {
            var got = of(type);
            Assert.True(got.Value.isfinite().all().item<bool>() && got.Gradient.isfinite().all().item<bool>());
            Assert.InRange(Dense.Distance(got.Value, exact.Value), 0, value);
            Assert.InRange(Dense.Distance(got.Gradient, exact.Gradient), 0, (inverse ? 5 : 1) * gradient);
            Assert.Equal(exact.Penalty is null, got.Penalty is null);
            if (exact.Penalty is { } penalty) Assert.Equal(1, got.Penalty!.Value / penalty, gradient);
        }
    }

    private static EquilibriumOptions Options(string solver, string gradient, ScalarType type)
    {
        // To what the type resolves; what depends on the way there as well as on its end takes so many evaluations in every type.
        var tolerance = type switch { ScalarType.Float64 => 1e-11, ScalarType.Float32 => 1e-6, _ => 5e-3 };
        int? counted = gradient.StartsWith("shine", StringComparison.Ordinal) ? 3 : gradient == "unrolled" ? 6 : null;
        var (mode, steps, refinement, backward) = gradient switch
        {
            "phantom" => (GradientMode.Phantom, 3, 0, (Solver?)null),
            "neumann" => (GradientMode.Neumann, 3, 0, null),
            "jacobian_free" => (GradientMode.JacobianFree, 1, 0, null),
            "shine" => (GradientMode.Shine, 1, 0, null),
            "shine, refined" => (GradientMode.Shine, 1, 3, new Gmres()),
            "unrolled" => (GradientMode.Unrolled, 1, 0, null),
            "implicit, gmres" => (GradientMode.Implicit, 1, 0, new Gmres()),
            "implicit, gmres, preconditioned" => (GradientMode.Implicit, 1, 0, new Gmres { Precondition = true }),
            _ => (GradientMode.Implicit, 1, 0, Of(gradient["implicit, ".Length..])),
        };
        return new()
        {
            Solver = Of(solver),
            MaxEvaluations = counted ?? 200,
            Tolerance = counted is null ? tolerance : 1e-300,
            BackwardSolver = backward,
            BackwardMaxEvaluations = 200,
            BackwardTolerance = tolerance,
            Gradient = mode,
            GradientSteps = steps,
            GradientRefinement = refinement,
            OnFailure = OnFailure.ThrowIfNotFinite,
        };
    }

    private static FixedPointSolver Of(string name) => GridSolvers.Forward[name];

    private static EquilibriumOptions Regularised(EquilibriumOptions options, string regulariser) => regulariser switch
    {
        "penalty" or "all" => options with { JacobianGamma = 2, JacobianProbes = 2 },
        "penalty, attached" => options with { JacobianGamma = 2, JacobianAttach = true, PenaltyWeight = 0.5 },
        "penalty, through the state" => options with { JacobianGamma = 2, JacobianThroughState = true },
        _ => options,
    };

    /// <summary>A call, and the gradient of loss and penalty in the input and every parameter.</summary>
    private sealed class Call
    {
        public Call(string regulariser, EquilibriumOptions options, ScalarType type)
        {
            using var scope = NewDisposeScope();
            manual_seed(31);
            Tensor Drawn() => randn(Batch, Size, ScalarType.Float64).to(ScalarType.BFloat16);
            Tensor x = Drawn().to(type).requires_grad_(), weights = Drawn().to(type);
            using var module = new Cell(regulariser);
            // The same weights in every type.
            module.to(ScalarType.BFloat16);
            module.to(type);
            manual_seed(32);
            var settings = Regularised(options, regulariser);
            var start = zeros(Batch, Size, type);
            var result = options.Beta is null
                ? Equilibrium.Solve(z => module.Step(z, x), start, settings, module)
                : Equilibrium.SolveReversible((z, inputs) => module.Step(z, inputs[0]), start, [x], settings, module);
            Assert.Equal(type, result.Value.dtype);
            var loss = (result.Value * weights).sum();
            if (settings.JacobianGamma is not null && settings.JacobianAttach != true) loss = loss + result.JacobianPenalty!;
            loss.BackwardOrThrow();
            Tensor?[] gradients = [x.grad, .. module.parameters().Select(p => p.grad)];
            Value = result.Value.detach().to(ScalarType.Float64).MoveToOuterDisposeScope();
            Gradient = cat([.. gradients.Select(g => g!.to(ScalarType.Float64).flatten())]).MoveToOuterDisposeScope();
            Penalty = result.JacobianPenalty?.to(ScalarType.Float64).item<double>();
        }

        public Tensor Value { get; }
        public Tensor Gradient { get; }
        public double? Penalty { get; }
    }

    private sealed class Cell : nn.Module
    {
        private readonly nn.Module<Tensor, Tensor> first, second;
        private readonly VariationalDropout dropout;

        public Cell(string regulariser) : base(nameof(Cell))
        {
            var all = regulariser == "all";
            first = all || regulariser == "weight norm" ? new WeightNormLinear(Size, Size, dtype: ScalarType.Float64) : nn.Linear(Size, Size, dtype: ScalarType.Float64);
            second = all || regulariser == "spectral norm" ? new SpectralNormLinear(Size, Size, dtype: ScalarType.Float64) : nn.Linear(Size, Size, dtype: ScalarType.Float64);
            dropout = new(all || regulariser == "dropout" ? 0.25 : 0);
            RegisterComponents();
        }

        public Tensor Step(Tensor z, Tensor x) => (first.call(dropout.call(z)) * 0.6 + second.call(x.tanh()) + second.call(z) * 0.3).tanh();
    }

    // What the CPU's libtorch has for float16 depends on its version.
    [Fact]
    public void Float16_IsRight_OrTheOperatorThatIsMissingIsNamed()
    {
        using var scope = NewDisposeScope();
        manual_seed(33);
        Tensor w = randn(Size, Size, ScalarType.Float64) * 0.2, given = randn(Batch, Size, ScalarType.Float64);
        foreach (var cell in new Func<Tensor, Tensor, Tensor>[]
        {
            (z, x) => z * 0.5 + x,
            (z, x) => (z * 0.5 + x).tanh(),
            (z, x) => (z.matmul(w.to(z.dtype)) + x).tanh(),
        })
            foreach (var solver in Solvers)
            {
                Tensor Gradient(ScalarType type, out Tensor value)
                {
                    var x = given.detach().to(type).requires_grad_();
                    value = Equilibrium.Solve(z => cell(z, x), zeros(Batch, Size, type), Options(solver, "implicit, gmres", type) with { Tolerance = 1e-3 }).Value;
                    (value * given.to(type)).sum().BackwardOrThrow();
                    return x.grad!;
                }
                var exact = Gradient(ScalarType.Float64, out var expected);
                try
                {
                    var got = Gradient(ScalarType.Float16, out var value);
                    Assert.InRange(Dense.Distance(value, expected), 0, 1e-2);
                    Assert.InRange(Dense.Distance(got, exact), 0, 1e-2);
                }
                catch (Exception missing) when (missing is ExternalException or EquilibriumBackwardException)
                {
                    Assert.Contains("not implemented for 'Half'", missing.Message);
                }
            }
    }
}
