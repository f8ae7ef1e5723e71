#pragma warning disable DEQ044 // The reversible layers draw their penalty on an evaluation more.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Tests.Grids;

/// <summary>
/// What the layers below have in common: a sample is a sequence of as many positions as the batch has samples, so that the mask among positions cannot be
/// told from an input of a row per sample by its shape. <c>growth</c>, one number per sample, makes a sample run away; <c>gate</c> of zero cuts it off from its state.
/// </summary>
internal static class IsolatedCell
{
    public const int Samples = 4, Width = 5;

    public static Tensor CausalMask() => full([Samples, Samples], double.NegativeInfinity, float64).triu(1);

    public static Tensor Attend(Linear keys, Linear values, Tensor z, Tensor mask) =>
        (keys.call(z).matmul(z.transpose(1, 2)) * 0.3 + mask).softmax(-1).matmul(values.call(z));

    public static Tensor Step(Tensor attended, Tensor z, Tensor x, Tensor? gate, Tensor growth)
    {
        var inner = (attended * 0.4 + z * 0.2).tanh();
        // To 2 it runs away and stays finite for as long as a solve lasts; beyond, it overflows.
        var rate = growth.view(-1, 1, 1);
        return (gate is null ? inner : inner * gate) + x * 0.5 + z * rate.clamp(max: 2) + z.square() * (rate - 2).clamp(min: 0);
    }
}

/// <summary>One state; a mask that is no input by samples, one that may be absent, and an input of one dimension.</summary>
[EquilibriumLayer]
[JacobianReg(1)]
[FixedPointCorrection(2)]
internal sealed partial class IsolatedOne : Module<Tensor, Tensor, Tensor?, Tensor, Tensor>
{
    private readonly Linear keys = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64), values = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64),
        first = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64);

    public IsolatedOne() : base(nameof(IsolatedOne)) => RegisterComponents();

    [Cell]
    private Tensor Step(Tensor z, Tensor x, Tensor mask, Tensor? gate, Tensor growth) =>
        IsolatedCell.Step(IsolatedCell.Attend(keys, values, z, mask), z, x, gate, growth);

    [InitialState]
    private Tensor Start(Tensor x) => first.call(x) * 0.1;
}

/// <summary>Two states, and inputs in a list.</summary>
[EquilibriumLayer]
[JacobianReg(1)]
[FixedPointCorrection(2)]
internal sealed partial class IsolatedTwo : Module<List<Tensor>, Tensor, Tensor?, Tensor, (Tensor High, Tensor Low)>
{
    private readonly Linear keys = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64), values = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64),
        first = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64);

    public IsolatedTwo() : base(nameof(IsolatedTwo)) => RegisterComponents();

    [Cell]
    private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, List<Tensor> levels, Tensor mask, Tensor? gate, Tensor growth) =>
        (IsolatedCell.Step(IsolatedCell.Attend(keys, values, high, mask) + low.unsqueeze(1) * 0.1, high, levels[0], gate, growth),
        (gate is null ? high.mean([1]) : high.mean([1]) * gate.squeeze(-1)) * 0.3 + levels[1]);

    [InitialState]
    private (Tensor High, Tensor Low) Start(List<Tensor> levels) => (first.call(levels[0]) * 0.1, zeros_like(levels[1]));
}

/// <summary>An array of states, and inputs in a tuple.</summary>
[EquilibriumLayer]
[JacobianReg(1)]
[FixedPointCorrection(2)]
internal sealed partial class IsolatedArray : Module<(Tensor X, Tensor Bias), Tensor, Tensor?, Tensor, Tensor[]>
{
    private readonly Linear keys = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64), values = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64),
        first = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64);

    public IsolatedArray() : base(nameof(IsolatedArray)) => RegisterComponents();

    [Cell]
    private Tensor[] Step(Tensor[] states, (Tensor X, Tensor Bias) given, Tensor mask, Tensor? gate, Tensor growth) =>
        [IsolatedCell.Step(IsolatedCell.Attend(keys, values, states[0], mask) + states[1].unsqueeze(1) * 0.1, states[0], given.X, gate, growth),
        (gate is null ? states[0].mean([1]) : states[0].mean([1]) * gate.squeeze(-1)) * 0.3 + given.Bias];

    [InitialState]
    private Tensor[] Start((Tensor X, Tensor Bias) given) => [first.call(given.X) * 0.1, zeros_like(given.Bias)];
}

/// <summary>The first as a reversible layer.</summary>
[EquilibriumLayer, Reversible(0.6, Steps = 10)]
[JacobianReg(1)]
internal sealed partial class IsolatedReversible : Module<Tensor, Tensor, Tensor?, Tensor, Tensor>
{
    private readonly Linear keys = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64), values = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64),
        first = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64);

    public IsolatedReversible() : base(nameof(IsolatedReversible)) => RegisterComponents();

    [Cell]
    private Tensor Step(Tensor z, Tensor x, Tensor mask, Tensor? gate, Tensor growth) =>
        IsolatedCell.Step(IsolatedCell.Attend(keys, values, z, mask), z, x, gate, growth);

    [InitialState]
    private Tensor Start(Tensor x) => first.call(x) * 0.1;
}

/// <summary>The second as a reversible layer.</summary>
[EquilibriumLayer, Reversible(0.6, Steps = 10)]
[JacobianReg(1)]
internal sealed partial class IsolatedReversibleTwo : Module<List<Tensor>, Tensor, Tensor?, Tensor, (Tensor High, Tensor Low)>
{
    private readonly Linear keys = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64), values = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64),
        first = Linear(IsolatedCell.Width, IsolatedCell.Width, dtype: float64);

    public IsolatedReversibleTwo() : base(nameof(IsolatedReversibleTwo)) => RegisterComponents();

    [Cell]
    private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, List<Tensor> levels, Tensor mask, Tensor? gate, Tensor growth) =>
        (IsolatedCell.Step(IsolatedCell.Attend(keys, values, high, mask) + low.unsqueeze(1) * 0.1, high, levels[0], gate, growth),
        (gate is null ? high.mean([1]) : high.mean([1]) * gate.squeeze(-1)) * 0.3 + levels[1]);

    [InitialState]
    private (Tensor High, Tensor Low) Start(List<Tensor> levels) => (first.call(levels[0]) * 0.1, zeros_like(levels[1]));
}
