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
