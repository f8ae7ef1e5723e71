using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>
/// A stage's equilibrium by the reversible iteration: its gradient is exact for the steps taken, in memory that does not grow with them.
/// </summary>
[EquilibriumLayer]
[Reversible(beta: 0.8, Steps = 4, Tolerance = 1e-6)]
internal sealed partial class ReversibleStage : nn.Module<Tensor, Tensor>
{
    private readonly StageCell cell;

    public ReversibleStage(RevDeqSettings settings, int stage) : base(nameof(ReversibleStage))
    {
        cell = new StageCell(settings, stage);
        RegisterComponents();
        Options = Options with { Beta = settings.Beta, Steps = settings.Steps, Tolerance = settings.Tolerance };
    }

    [Cell]
    private Tensor Step(Tensor z, Tensor x) => cell.call(z, x);
}
