using Deq.Modules;
using Deq.Samples.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>
/// DEQ-TrellisNet's one layer (Bai, Kolter, Koltun 2019, section 4.1): a causal convolution over the hidden states and LSTM gates. Its
/// equilibrium is that of the whole sequence of (hidden, cell): at every position t the gates read hidden states of t - K + 1 .. t,
/// and the cell state carries on from t - 1. A dilation d puts t - (K - 1) d, .. t - d, t and t - d in their place.
/// </summary>
[EquilibriumLayer]
[Solver("anderson", Memory = 6, MaxEvaluations = 20, Tolerance = 1e-3)]
[BackwardSolver("anderson", Memory = 6, MaxEvaluations = 20, Tolerance = 1e-3)]
[JacobianReg(gamma: 0, Frequency = 0.1)]
internal sealed partial class TrellisBlock : nn.Module<Tensor, Tensor?, (Tensor Hidden, Tensor Cell)>
{
    /// <summary>
    /// Standard deviation of the convolution's weights at the start: small, as the papers start all theirs (Bai, Koltun, Kolter 2021,
    /// appendix), so that the first solves are those of a contraction.
    /// </summary>
    private const double StartingDeviation = 0.01;

    private readonly nn.Module<Tensor, Tensor> gates;
    private readonly VariationalDropout dropout;
    private readonly int hidden, reach, dilation;

    public TrellisBlock(TrellisSettings form, bool weightNorm, double dropout) : base(nameof(TrellisBlock))
    {
        (hidden, reach, dilation) = (form.Hidden, form.Reach, form.Dilation);
        gates = CausalGates.Convolution(form.Hidden, form, bias: false, weightNorm);
        CausalGates.StartAt(gates, StartingDeviation);
        this.dropout = new VariationalDropout(dropout, DropoutMask.Channel);
        RegisterComponents();
    }

    /// <param name="hidden">h, B x H x T.</param>
    /// <param name="cell">c, B x H x T.</param>
    /// <param name="injection">What the inputs add to the four gates, B x 4H x T.</param>
    /// <param name="memory">h and c of the positions before that it reaches, B x 2H x reach; null for zeros.</param>
    [Cell]
    private (Tensor Hidden, Tensor Cell) Step(Tensor hidden, Tensor cell, Tensor injection, Tensor? memory)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[]? before = memory?.chunk(2, 1);
        Tensor seen = CausalGates.Shifted(dropout.call(hidden), reach, before?[0]);
        (Tensor output, Tensor next) = CausalGates.Open(injection + gates.call(seen), cell, dilation, before?[1]);
        return (output.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    [InitialState]
    private (Tensor Hidden, Tensor Cell) Start(Tensor injection)
    {
        long[] shape = [injection.shape[0], hidden, injection.shape[2]];
        return (injection.new_zeros(shape), injection.new_zeros(shape));
    }

    /// <summary>One application of the layer, back-propagated through: what explicit networks are made of.</summary>
    /// <param name="state">h and c; null for zeros.</param>
    /// <param name="injection">As the cell's.</param>
    /// <param name="memory">As the cell's.</param>
    public (Tensor Hidden, Tensor Cell) Apply((Tensor Hidden, Tensor Cell)? state, Tensor injection, Tensor? memory)
    {
        (Tensor before, Tensor cell) = state ?? Start(injection);
        return Step(before, cell, injection, memory);
    }
}
