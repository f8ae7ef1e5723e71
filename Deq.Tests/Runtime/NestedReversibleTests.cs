using Deq.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>A reversible layer in the cell of another layer, with modules that are computed once per solve: a step undone frees its own graph, and no other's.</summary>
public class NestedReversibleTests
{
    private const int Size = 4;

    public static TheoryData<string> Kinds => ["plain", "weight norm", "spectral norm", "dropout"];

    private static Tensor Unrolled(Func<Tensor, Tensor> f, Tensor start, double beta, int steps)
    {
        Tensor y = start, z = start;
        for (var n = 0; n < steps; n++)
        {
            y = y * (1 - beta) + f(z) * beta;
            z = z * (1 - beta) + f(y) * beta;
        }
        return z;
    }

    [Theory, MemberData(nameof(Kinds))]
    public void AReversibleLayerInAReversibleOne_HasTheGradientOfBothLayersSteps(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(21);
        using var inner = new ReversibleCore(kind);
        using var outer = new ReversibleAround(inner);
        Tensor x = randn(3, Size, float64).requires_grad_(), c = randn(3, Size, float64);
        manual_seed(22);
        (outer.call(x) * c).sum().BackwardOrThrow();
        Tensor[] leaves = [x, .. outer.parameters()], got = [.. leaves.Select(leaf => leaf.grad!)];

        // The same masks and vectors, by one solve around all evaluations.
        var (linear, dropout) = (inner.Linear as IPerSolve, inner.Dropout);
        inner.Linear.eval();
        manual_seed(22);
        linear?.BeginSolve();
        dropout.BeginSolve();
        var value = Unrolled(z => ReversibleAround.Combined(Unrolled(v => inner.Step(v, z), zeros_like(z), 0.6, 4), x), zeros_like(x), 0.7, 5);
        var expected = autograd.grad([(value * c).sum()], leaves);
        dropout.EndSolve();
        linear?.EndSolve();
        Assert.InRange(Dense.Distance(got, expected), 0, 1e-10);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void AReversibleLayerInAnImplicitOne_IsCheckedMeasuredAndDiagnosed(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(23);
        using var inner = new ReversibleCore(kind);
        using var outer = new ImplicitAround(inner);
        var x = randn(2, Size, float64);
        var report = Equilibrium.CheckGradient(outer, x);
        Assert.True(report.Passed, report.Message);
        Assert.All(report.Entries, entry => Assert.NotNull(entry.AlgebraError));

        outer.eval();
        outer.Options = new() { Tolerance = 1e-12, MaxEvaluations = 300 };
        var point = outer.call(x).detach();
        var jacobian = Dense.Jacobian(z => ImplicitAround.Combined(Unrolled(v => inner.Step(v, z), zeros_like(z), 0.6, 4), x), point);
        for (var b = 0; b < 2; b++)
        {
            var own = jacobian.narrow(0, b * Size, Size).narrow(1, b * Size, Size);
            Assert.Equal(Dense.SpectralRadius(own), SpectralRadius.Of(outer, () => outer.call(x))[b], 1e-3);
        }
        Assert.NotEmpty(outer.Diagnose(x).ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void AReversibleLayerInAReversibleOne_IsCheckedAndDiagnosed(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(24);
        using var outer = new ReversibleAround(new(kind));
        var x = randn(2, Size, float64);
        var report = Equilibrium.CheckGradient(outer, x);
        Assert.True(report.Passed, report.Message);
        Assert.NotEmpty(outer.Diagnose(x).ToString());
    }

    [Fact]
    public void AnUndoneStep_LeavesTheWeightOfTheSolveAroundItAlone()
    {
        using var scope = NewDisposeScope();
        using var linear = new WeightNormLinear(Size, Size);
        linear.BeginSolve();
        var ofSolve = linear.Weight;
        linear.BeginRepetition(linear.Snapshot());
        Assert.NotSame(ofSolve, linear.Weight);
        Assert.Same(linear.Weight, linear.Weight);
        linear.EndSolve();
        Assert.Same(ofSolve, linear.Weight);
        linear.EndSolve();
        Assert.NotSame(linear.Weight, linear.Weight);
    }
}

/// <summary>A reversible layer whose linear map and dropout are computed once per solve.</summary>
[EquilibriumLayer, Reversible(beta: 0.6, Steps = 4)]
internal sealed partial class ReversibleCore : nn.Module<Tensor, Tensor>
{
    public ReversibleCore(string kind) : base(nameof(ReversibleCore))
    {
        Linear = kind switch
        {
            "weight norm" => new WeightNormLinear(Size, Size, dtype: float64),
            "spectral norm" => new SpectralNormLinear(Size, Size, dtype: float64),
            _ => nn.Linear(Size, Size, dtype: float64),
        };
        Dropout = new(kind == "dropout" ? 0.3 : 0);
        register_module(nameof(Linear), Linear);
        register_module(nameof(Dropout), Dropout);
    }

    private const int Size = 4;

    public nn.Module<Tensor, Tensor> Linear { get; }

    public VariationalDropout Dropout { get; }

    [Cell]
    internal Tensor Step(Tensor v, Tensor z) => (Dropout.call(Linear.call(v)) * 0.5 + z).tanh();
}

/// <summary>A reversible layer around it.</summary>
[EquilibriumLayer, Reversible(beta: 0.7, Steps = 5)]
internal sealed partial class ReversibleAround : nn.Module<Tensor, Tensor>
{
    private readonly ReversibleCore inner;

    public ReversibleAround(ReversibleCore inner) : base(nameof(ReversibleAround))
    {
        this.inner = inner;
        RegisterComponents();
    }

    [Cell]
    private Tensor Step(Tensor z, Tensor x) => Combined(inner.call(z), x);

    internal static Tensor Combined(Tensor core, Tensor x) => (core * 0.5 + x).tanh();
}

/// <summary>A layer that solves for its fixed point around it.</summary>
[EquilibriumLayer]
internal sealed partial class ImplicitAround : nn.Module<Tensor, Tensor>
{
    private readonly ReversibleCore inner;

    public ImplicitAround(ReversibleCore inner) : base(nameof(ImplicitAround))
    {
        this.inner = inner;
        RegisterComponents();
    }

    [Cell]
    private Tensor Step(Tensor z, Tensor x) => Combined(inner.call(z), x);

    internal static Tensor Combined(Tensor core, Tensor x) => (core * 0.5 + x).tanh();
}
