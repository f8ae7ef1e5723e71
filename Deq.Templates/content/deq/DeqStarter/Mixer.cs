using Deq;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DeqStarter;

/// <summary>The fixed point z* = tanh(W z* + U x + b), for x of shape B x width.</summary>
[EquilibriumLayer]
[Solver("anderson", MaxEvaluations = 30, Tolerance = 1e-3)]
[JacobianReg(gamma: 0.1, Frequency = 0.5)]
public sealed partial class Mixer : Module<Tensor, Tensor>
{
    private readonly Linear state, input;

    public Mixer(long width)
        : base(nameof(Mixer))
    {
        state = Linear(width, width, hasBias: false);
        input = Linear(width, width);
        RegisterComponents();
    }

    [Cell]
    private Tensor Step(Tensor z, Tensor x) => tanh(state.call(z) + input.call(x));
}
