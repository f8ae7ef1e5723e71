using Deq.Samples.Images;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>The explicit twin of a stage: one cell applied a number of times, or several one after the other.</summary>
internal sealed class ExplicitStage : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<StageCell> cells;
    private readonly int rounds;

    public ExplicitStage(RevDeqSettings settings, int stage) : base(nameof(ExplicitStage))
    {
        bool tied = settings.Kind == ModelKind.Tied;
        cells = new ModuleList<StageCell>([.. Enumerable.Range(0, tied ? 1 : settings.Layers).Select(_ => new StageCell(settings, stage))]);
        rounds = tied ? settings.Layers : 1;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor state = zeros_like(input);
        for (int round = 0; round < rounds; round++)
        {
            foreach (StageCell cell in cells)
            {
                using DisposeScope application = NewDisposeScope();
                state = cell.call(state, input).MoveToOuterDisposeScope();
            }
        }

        return state;
    }
}
