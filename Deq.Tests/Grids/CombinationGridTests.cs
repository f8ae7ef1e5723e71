using System.Runtime.InteropServices;
using Deq.Solvers;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>
/// Every solver with every gradient and every regulariser: value, penalty and gradients are in float64 those of the definition, out of dense algebra
/// and plain loops, and in every other type those of the same call in float64; or the combination is refused in words.
/// </summary>
public class CombinationGridTests
{
    private static readonly string[] Regularisers =
        ["none", "penalty", "penalty, attached", "penalty, through the state", "weight norm", "spectral norm", "dropout", "all"];

    private static readonly string[] Solvers = ["picard", "anderson", "broyden", "broyden, memory 6", "broyden, damping 0.7", "broyden, line search", "newton_krylov", "newton_krylov, autograd"];

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
    public void ACombination_IsItsDefinition_InEveryType_OrIsRefusedInWords(string solver, string gradient)
    {
        var inverse = gradient.StartsWith("shine", StringComparison.Ordinal) || gradient.EndsWith("preconditioned", StringComparison.Ordinal);
        foreach (var regulariser in Regularisers)
        {
            if (inverse && !solver.StartsWith("broyden", StringComparison.Ordinal))
            {
                Assert.Contains("broyden", Assert.Throws<EquilibriumException>(() => new CombinationCall(regulariser, Options(solver, gradient, ScalarType.Float64), ScalarType.Float64)).Message);
                continue;
            }
            try
            {
                CheckTypes(type => new CombinationCall(regulariser, Options(solver, gradient, type), type), gradient, inverse);
            }
            // Through whose iterations nothing is recorded.
            catch (EquilibriumException refusal) when (gradient == "unrolled" && solver != "picard")
            {
                Assert.Contains("unrolled gradient", refusal.Message);
            }
        }
    }

    [Theory, MemberData(nameof(RegulariserNames))]
    public void AReversibleLayer_IsItsDefinition_InEveryType(string regulariser) =>
        CheckTypes(type => new CombinationCall(regulariser, new() { Beta = 0.7, Steps = 8 }, type), "reversible", inverse: false);

    private static void CheckTypes(Func<ScalarType, CombinationCall> of, string gradientMode, bool inverse)
    {
        using var scope = NewDisposeScope();
        var exact = of(ScalarType.Float64);
        CombinationReference.Check(exact, gradientMode);
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
            "phantom" => (GradientMode.Phantom, (int?)3, (int?)null, (Solver?)null),
            "neumann" => (GradientMode.Neumann, 3, null, null),
            "jacobian_free" => (GradientMode.JacobianFree, null, null, null),
            "shine" => (GradientMode.Shine, null, null, null),
            "shine, refined" => (GradientMode.Shine, null, 3, new Gmres()),
            "unrolled" => (GradientMode.Unrolled, null, null, null),
            "implicit, gmres" => (GradientMode.Implicit, null, null, new Gmres()),
            "implicit, gmres, preconditioned" => (GradientMode.Implicit, null, null, new Gmres { Precondition = true }),
            _ => (GradientMode.Implicit, null, null, Of(gradient["implicit, ".Length..])),
        };
        return new()
        {
            Solver = Of(solver),
            MaxEvaluations = counted ?? 200,
            Tolerance = counted is null ? tolerance : 1e-300,
            BackwardSolver = backward,
            BackwardMaxEvaluations = mode == GradientMode.Implicit ? 200 : null,
            BackwardTolerance = backward is null ? null : tolerance,
            Gradient = mode,
            GradientSteps = steps,
            GradientRefinement = refinement,
            OnFailure = OnFailure.ThrowIfNotFinite,
        };
    }

    private static FixedPointSolver Of(string name) => GridSolvers.Forward[name];

    // What the CPU's libtorch has for float16 depends on its version.
    [Fact]
    public void Float16_IsRight_OrTheOperatorThatIsMissingIsNamed()
    {
        using var scope = NewDisposeScope();
        manual_seed(33);
        Tensor w = randn(CombinationCall.Size, CombinationCall.Size, ScalarType.Float64) * 0.2, given = randn(CombinationCall.Batch, CombinationCall.Size, ScalarType.Float64);
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
                    value = Equilibrium.Solve(z => cell(z, x), zeros(CombinationCall.Batch, CombinationCall.Size, type), Options(solver, "implicit, gmres", type) with { Tolerance = 1e-3 }).Value;
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
