using Deq.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>
/// DEQ-TrellisNet's one layer (Bai, Kolter, Koltun 2019, section 4.1): a causal convolution over the hidden states and LSTM gates. Its
/// equilibrium is that of the whole sequence of (hidden, cell): at every position t the gates read hidden states of t - K + 1 .. t,
/// and the cell state carries on from t - 1.
/// </summary>
[EquilibriumLayer]
[Solver("anderson", Memory = 6, MaxEvaluations = 20, Tolerance = 1e-3)]
[BackwardSolver("anderson", Memory = 6, MaxEvaluations = 20, Tolerance = 1e-3)]
[JacobianReg(gamma: 0, Frequency = 0.1)]
internal sealed partial class TrellisBlock : nn.Module<Tensor, (Tensor Hidden, Tensor Cell)>
{
    /// <summary>
    /// Standard deviation of the convolution's weights at the start: small, as the papers start all theirs (Bai, Koltun, Kolter 2021,
    /// appendix), so that the first solves are those of a contraction.
    /// </summary>
    private const double StartingDeviation = 0.01;

    private readonly nn.Module<Tensor, Tensor> gates;
    private readonly VariationalDropout dropout;
    private readonly int width, reach;

    public TrellisBlock(TrellisSettings settings) : base(nameof(TrellisBlock))
    {
        (width, reach) = (settings.Width, settings.Kernel - 1);
        gates = CausalGates.Convolution(settings.Width, settings, bias: false);
        CausalGates.StartAt(gates, StartingDeviation);
        dropout = new VariationalDropout(settings.Dropout, DropoutMask.Channel);
        RegisterComponents();
    }

    /// <param name="hidden">h, B x H x T.</param>
    /// <param name="cell">c, B x H x T.</param>
    /// <param name="injection">What the inputs add to the four gates, B x 4H x T.</param>
    [Cell]
    private (Tensor Hidden, Tensor Cell) Step(Tensor hidden, Tensor cell, Tensor injection)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = (injection + gates.call(CausalGates.Shifted(dropout.call(hidden), reach))).chunk(4, 1);
        Tensor before = CausalGates.Shifted(cell, 1).narrow(2, 0, cell.shape[2]);
        Tensor next = (parts[0].sigmoid() * before) + (parts[1].sigmoid() * parts[2].tanh());
        Tensor output = parts[3].sigmoid() * next.tanh();
        return (output.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    [InitialState]
    private (Tensor Hidden, Tensor Cell) Start(Tensor injection)
    {
        long[] shape = [injection.shape[0], width, injection.shape[2]];
        return (injection.new_zeros(shape), injection.new_zeros(shape));
    }

    /// <summary>The layer applied a number of times from zero and back-propagated through: the weight-tied explicit network.</summary>
    public Tensor Stacked(int times, Tensor injection)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor hidden, Tensor cell) = Start(injection);
        for (int i = 0; i < times; i++) (hidden, cell) = Step(hidden, cell, injection);
        return hidden.MoveToOuterDisposeScope();
    }
}
