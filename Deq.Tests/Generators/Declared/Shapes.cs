using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Generators.Declared;

/// <summary>A base of the user's own.</summary>
public abstract class Width4<TResult> : nn.Module<Tensor, TResult>
{
    protected Width4(string name)
        : base(name)
    {
        Mix = nn.Linear(4, 4, dtype: ScalarType.Float64);
        using var mode = no_grad();
        Mix.weight!.mul_(0.4);
        RegisterComponents();
    }

    protected Linear Mix { get; }

    /// <summary>The map that the layers here have the fixed point of; a contraction.</summary>
    public Tensor Map(Tensor z, Tensor x) => tanh(Mix.call(z) + x);
}

/// <summary>One state, from a base of the user's own, in several parts, its <c>forward</c> declared by the user.</summary>
[EquilibriumLayer]
public sealed partial class FromOwnBase() : Width4<Tensor>(nameof(FromOwnBase))
{
    /// <summary>The user's own words about it.</summary>
    public override partial Tensor forward(Tensor x);
}

[Solver("anderson", MaxEvaluations = 40, Tolerance = 1e-10)]
public sealed partial class FromOwnBase
{
    [Cell]
    private Tensor Step(Tensor z, Tensor x) => Map(z, x);
}

/// <summary>Nested, generic, with keywords for names and inputs of several kinds.</summary>
public static partial class Outer<T>
    where T : struct
{
    [EquilibriumLayer, Solver("picard", Damping = 0.8, MaxEvaluations = 60, Tolerance = 1e-10)]
    internal sealed partial class @class() : nn.Module<Tensor, Tensor?, T, Tensor>("class")
    {
        [Cell]
        private Tensor @do(Tensor @ref, Tensor @in, Tensor? call, T @params) =>
            @params.Equals(default(T)) ? 0.25 * @ref + @in : 0.5 * @ref + @in + (call ?? zeros_like(@in));
    }
}

/// <summary>Three states of different shapes, unnamed, and a static start that takes one of the inputs.</summary>
[EquilibriumLayer]
[Solver("broyden", MaxEvaluations = 60, Tolerance = 1e-12, StopMode = StopMode.Absolute)]
[BackwardSolver("anderson", MaxEvaluations = 60, Tolerance = 1e-12)]
public sealed partial class Three() : nn.Module<Tensor, Tensor, (Tensor, Tensor, Tensor)>(nameof(Three))
{
    [Cell]
    internal (Tensor, Tensor, Tensor) Step(Tensor a, Tensor b, Tensor c, Tensor x, Tensor y) => (
        0.5 * tanh(b) + x,
        0.3 * a + y.sum(1, keepdim: true),
        (0.2 * c) + a.sum(1, keepdim: true).unsqueeze(2));

    [InitialState]
    internal static (Tensor, Tensor, Tensor) Start(Tensor x) => (zeros_like(x), ones_like(x), x.new_zeros([x.shape[0], 2, 3]));
}

/// <summary>A reversible layer of two states with an input that may be absent and one that is no tensor.</summary>
[EquilibriumLayer, Reversible(beta: 0.8, Steps = 10)]
public sealed partial class ReversiblePair() : nn.Module<Tensor, int, Tensor?, Tensor, (Tensor High, Tensor Low)>(nameof(ReversiblePair))
{
    [Cell]
    internal (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image, int scale, Tensor? mask, Tensor shift) => (
        tanh((0.3 * low.sum(1, keepdim: true)) + (image * scale)),
        mask is null ? tanh((0.4 * low) + shift) : tanh((0.4 * low) + shift) * mask);

    [InitialState]
    internal static (Tensor High, Tensor Low) Start(Tensor image, Tensor shift) => (zeros_like(image), zeros_like(shift));
}

/// <summary>An array of states, as many as the layer is told when it is made; of one shape each.</summary>
[EquilibriumLayer]
[Solver("anderson", MaxEvaluations = 60, Tolerance = 1e-12)]
[BackwardSolver("gmres", MaxEvaluations = 60, Tolerance = 1e-12)]
[JacobianReg(0.5)]
public sealed partial class Scales(int count) : nn.Module<Tensor, Tensor[]>(nameof(Scales))
{
    [Cell]
    internal Tensor[] Step(Tensor[] branches, Tensor image)
    {
        var next = new Tensor[branches.Length];
        for (int i = 0; i < next.Length; i++)
            next[i] = tanh((0.4 * branches[i]) + (0.3 * branches[(i + 1) % next.Length].sum(1, keepdim: true)) + image[.., ..(i + 1)]);
        return next;
    }

    [InitialState]
    internal Tensor[] Start(Tensor image) => [.. Enumerable.Range(1, count).Select(width => image.new_zeros([image.shape[0], width]))];
}

/// <summary>An array of states that is stepped and undone.</summary>
[EquilibriumLayer, Reversible(beta: 0.6, Steps = 9)]
public sealed partial class ReversibleScales() : nn.Module<Tensor, Tensor[]>(nameof(ReversibleScales))
{
    [Cell]
    internal Tensor[] Step(Tensor[] states, Tensor image) => [tanh((0.4 * states[1].sum(1, keepdim: true)) + image), tanh(states[0] - image)[.., ..2]];

    [InitialState]
    internal static Tensor[] Start(Tensor image) => [zeros_like(image), image[.., ..2]];
}

/// <summary>A gradient that is stated.</summary>
[EquilibriumLayer, Gradient("neumann", Steps = 3, Damping = 0.75), Solver("picard", MaxEvaluations = 80, Tolerance = 1e-12)]
public sealed partial class Neumann() : Width4<Tensor>(nameof(Neumann))
{
    [Cell]
    private Tensor Step(Tensor z, Tensor x) => Map(z, x);
}

/// <summary>A layer inside a class that nobody else sees, and a layer as part of another's cell.</summary>
public sealed partial class Host
{
    public static nn.Module<Tensor, Tensor> Make() => new Inner();

    [EquilibriumLayer, Solver("anderson", MaxEvaluations = 50, Tolerance = 1e-12)]
    private sealed partial class Inner : nn.Module<Tensor, Tensor>
    {
        private readonly FromOwnBase nested = new();

        public Inner()
            : base(nameof(Inner))
        {
            RegisterComponents();
        }

        [Cell]
        private Tensor Step(Tensor z, Tensor x) => 0.5 * z + nested.call(x);
    }
}
