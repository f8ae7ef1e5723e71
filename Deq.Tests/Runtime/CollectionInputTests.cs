using System.Collections.Immutable;
using Deq.Solvers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Tests.Runtime;

/// <summary>Inputs that hold tensors have their gradients too, where all parameters are frozen as well.</summary>
public class CollectionInputTests
{
    private const double Beta = 0.6;
    private const int Steps = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OfAFrozenLayer_TheTensorsOfCollections_HaveTheirGradients(bool absent)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var layer = new Gathering();
        foreach (var parameter in layer.parameters()) parameter.requires_grad = false;
        var (x, leaves) = Leaves();
        var (list, pair, named, immutable) = Inputs(leaves, absent);
        EquilibriumOptions tight = new() { Solver = new Anderson(), MaxEvaluations = 200, Tolerance = 1e-13, BackwardMaxEvaluations = 200, BackwardTolerance = 1e-13 };
        var value = layer.Solve(x, list, pair, named, immutable, options: tight).Value;
        Assert.True(value.requires_grad);
        var c = randn_like(value);
        (value * c).sum().BackwardOrThrow();
        var given = Given(leaves, absent);
        var dense = Dense.ImplicitGradient(z => layer.Step(z, x, list, pair, named, immutable), value, c, given);
        for (var i = 0; i < given.Length; i++) Assert.InRange(Dense.Distance(given[i].grad!, dense[i]), 0, 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OfAReversibleLayer_TheTensorsOfCollections_HaveTheirGradients(bool absent)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var layer = new ReversibleGathering();
        foreach (var parameter in layer.parameters()) parameter.requires_grad = false;
        var (x, leaves) = Leaves();
        var (list, pair, named, immutable) = Inputs(leaves, absent);
        var value = layer.Solve(x, list, pair, named, immutable).Value;
        var c = randn_like(value);
        (value * c).sum().BackwardOrThrow();

        Tensor y = zeros_like(x), z = zeros_like(x);
        for (var n = 0; n < Steps; n++)
        {
            y = y * (1 - Beta) + layer.Step(z, x, list, pair, named, immutable) * Beta;
            z = z * (1 - Beta) + layer.Step(y, x, list, pair, named, immutable) * Beta;
        }
        var given = Given(leaves, absent);
        var unrolled = autograd.grad([(z * c).sum()], given);
        Assert.InRange(Dense.Distance(value, z), 0, 1e-14);
        for (var i = 0; i < given.Length; i++) Assert.InRange(Dense.Distance(given[i].grad!, unrolled[i]), 0, 1e-12);
    }

    [Fact]
    public void TheInputOfAReversibleLayerThatIsAListAlone_HasItsGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var layer = new ReversibleOfAList();
        var levels = new[] { randn(3, 4, float64).requires_grad_(), randn(3, 4, float64).requires_grad_() };
        (layer.call(levels) * randn(3, 4, float64)).sum().BackwardOrThrow();
        Assert.All(levels, level => Assert.True(level.grad!.abs().sum().item<double>() > 0));
    }

    [Fact]
    public void WhatATypeOfOnesOwnHolds_IsNotReplacedWhereASampleFails_AndThatIsSaid()
    {
        using var scope = NewDisposeScope();
        using var layer = new OfAHolder();
        layer.Options = new() { OnFailure = OnFailure.Report };
        Tensor x = randn(3, 4, float64).requires_grad_(), held = randn(3, 4, float64);
        held[1, 2] = double.NaN;
        var e = Assert.Throws<EquilibriumBackwardException>(() => layer.call(x, new Holder(held)).sum().BackwardOrThrow());
        Assert.Contains("sample 1", e.Message);
        Assert.Contains("comes another way", e.Message);
        // Of an input that is a tensor nothing is left of the sample.
        held[1].fill_(0);
        x = x.detach().clone();
        x[1, 2] = double.NaN;
        x.requires_grad_();
        layer.call(x, new Holder(held)).sum().BackwardOrThrow();
        Assert.Equal(0, x.grad![1].abs().sum().item<double>());
        Assert.True(x.grad![0].abs().sum().item<double>() > 0);
    }

    [Fact]
    public void WhatACollectionHolds_IsFoundAndPutBack()
    {
        using var scope = NewDisposeScope();
        Tensor a = ones(1), b = ones(2), c = ones(3);
        Tensor[] others = [zeros(1), zeros(2), zeros(3)];

        var list = new List<Tensor> { a, null!, b };
        Assert.Equal([a, b], InputTensors.Of(list));
        Assert.Equal([others[0], null!, others[1]], InputTensors.With(list, others[..2]));
        Assert.Equal([a, null!, b], list);

        Assert.IsType<List<Tensor>>(InputTensors.With<IList<Tensor>>([a], others[..1]));
        Assert.Equal(others, InputTensors.With<IReadOnlyList<Tensor>>(new Queue<Tensor>([a, b, c]).ToArray(), others));
        Assert.Equal(others, InputTensors.With<IEnumerable<Tensor>>(new Queue<Tensor>([a, b, c]), others));
        Assert.Equal(others[..1], InputTensors.With(ImmutableArray.Create(a), others[..1]));
        Assert.True(InputTensors.With(default(ImmutableArray<Tensor>), []).IsDefault);

        var named = new Dictionary<string, Tensor>(StringComparer.OrdinalIgnoreCase) { ["a"] = a, ["b"] = b };
        Assert.Equal([a, b], InputTensors.Of(named));
        Assert.Same(others[1], InputTensors.With<IReadOnlyDictionary<string, Tensor>>(named, others[..2])["B"]);

        var nested = (a, 5, (new[] { b }, "text"), default(Tensor), c);
        Assert.Equal([a, b, c], InputTensors.Of(nested));
        var replaced = InputTensors.With(nested, others);
        Assert.Same(others[0], replaced.a);
        Assert.Equal(5, replaced.Item2);
        Assert.Same(others[1], replaced.Item3.Item1[0]);
        Assert.Null(replaced.Item4);
        Assert.Same(others[2], replaced.c);

        var wide = (a, a, a, a, a, a, a, a, b);
        Assert.Equal(9, InputTensors.Of(wide).Count);
        Assert.Same(b, InputTensors.With(wide, [c, c, c, c, c, c, c, c, b]).Item9);
        Assert.Same(c, InputTensors.With(wide, [c, c, c, c, c, c, c, c, b]).Item8);

        (Tensor, Tensor)? none = null;
        Assert.Null(InputTensors.With(none, []));
        Assert.Empty(InputTensors.Of("text"));
        Assert.Equal(7, InputTensors.With(7, []));
        Assert.Contains("1 tensors is given 2", Assert.Throws<EquilibriumException>(() => InputTensors.With(a, others[..2])).Message);
    }

    private static (Tensor X, Tensor[] Leaves) Leaves() =>
        (randn(3, 4, float64), [.. Enumerable.Range(0, 6).Select(_ => randn(3, 4, float64).requires_grad_())]);

    private static (IReadOnlyList<Tensor>? List, (Tensor Key, Tensor? Value) Pair, Dictionary<string, Tensor> Named, ImmutableArray<Tensor> Immutable) Inputs(Tensor[] leaves, bool absent) =>
        (absent ? null : [leaves[0], leaves[1]], (leaves[2], absent ? null : leaves[3]), new() { ["bias"] = leaves[4] }, [leaves[5]]);

    private static Tensor[] Given(Tensor[] leaves, bool absent) => absent ? [leaves[2], leaves[4], leaves[5]] : leaves;
}

/// <summary>A type of which the layer knows nothing.</summary>
internal sealed record Holder(Tensor Held);

[EquilibriumLayer]
internal sealed partial class OfAHolder() : Module<Tensor, Holder, Tensor>("OfAHolder")
{
    [Cell] private Tensor Step(Tensor z, Tensor x, Holder holder) => (z * 0.5 + x + holder.Held).tanh();
}

/// <summary>The equation of the layers below.</summary>
internal static class Gathered
{
    public static Tensor Step(Tensor z, Tensor x, IReadOnlyList<Tensor>? list, (Tensor Key, Tensor? Value) pair, Dictionary<string, Tensor> named, ImmutableArray<Tensor> immutable)
    {
        var sum = z + x * pair.Key + named["bias"].sin() + immutable[0] * z * 0.1;
        if (list is not null) sum = sum + list[0] - list[1] * x;
        return (pair.Value is null ? sum : sum + pair.Value).tanh() * 0.4;
    }
}

[EquilibriumLayer]
internal sealed partial class Gathering : Module<Tensor, IReadOnlyList<Tensor>?, (Tensor Key, Tensor? Value), Dictionary<string, Tensor>, ImmutableArray<Tensor>, Tensor>
{
    private readonly Linear linear = Linear(4, 4, dtype: float64);

    public Gathering() : base(nameof(Gathering)) => RegisterComponents();

    [Cell]
    internal Tensor Step(Tensor z, Tensor x, IReadOnlyList<Tensor>? list, (Tensor Key, Tensor? Value) pair, Dictionary<string, Tensor> named, ImmutableArray<Tensor> immutable) =>
        linear.call(Gathered.Step(z, x, list, pair, named, immutable)) * 0.5;
}

[EquilibriumLayer, Reversible(0.6, Steps = 12)]
internal sealed partial class ReversibleGathering : Module<Tensor, IReadOnlyList<Tensor>?, (Tensor Key, Tensor? Value), Dictionary<string, Tensor>, ImmutableArray<Tensor>, Tensor>
{
    private readonly Linear linear = Linear(4, 4, dtype: float64);

    public ReversibleGathering() : base(nameof(ReversibleGathering)) => RegisterComponents();

    [Cell]
    internal Tensor Step(Tensor z, Tensor x, IReadOnlyList<Tensor>? list, (Tensor Key, Tensor? Value) pair, Dictionary<string, Tensor> named, ImmutableArray<Tensor> immutable) =>
        linear.call(Gathered.Step(z, x, list, pair, named, immutable)) * 0.5;
}

[EquilibriumLayer, Reversible(0.6, Steps = 12)]
internal sealed partial class ReversibleOfAList() : Module<Tensor[], Tensor>("ReversibleOfAList")
{
    [Cell] private Tensor Step(Tensor z, Tensor[] levels) => (z + levels[0] * levels[1]).tanh() * 0.4;

    [InitialState] private Tensor Start(Tensor[] levels) => levels[0] * 0.1;
}
