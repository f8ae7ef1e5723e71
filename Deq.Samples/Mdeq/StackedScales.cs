using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>The explicit twin: cells with weights of their own, one after the other, each with the injected image.</summary>
internal sealed class StackedScales : ScalesBody
{
    private readonly ModuleList<MultiscaleCell> cells;

    public StackedScales(MdeqSettings settings) : base(nameof(StackedScales))
    {
        cells = new ModuleList<MultiscaleCell>([.. Enumerable.Range(0, settings.Layers).Select(_ => MultiscaleCell.Create(settings))]);
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor features)
    {
        Tensor[] states = [];
        foreach (MultiscaleCell cell in cells)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] injected = cell.Inject(features);
            if (states.Length == 0) states = [.. injected.Select(scale => zeros_like(scale))];
            states = [.. cell.call(states, injected).Select(state => state.MoveToOuterDisposeScope())];
        }

        return states;
    }
}
