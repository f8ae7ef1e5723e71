using Deq.Samples.Language;
using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>The RevDEQ language model's one layer: four coupled steps of its cell, undone one by one in the backward pass.</summary>
[EquilibriumLayer]
[Reversible(beta: 0.5, Steps = 4, Tolerance = 1e-3)]
internal sealed partial class RevDeqBlock : nn.Module<Tensor, Tensor>
{
    private readonly RevDeqCell cell;

    public RevDeqBlock(RevDeqCell cell, ReversibleForm form) : base(nameof(RevDeqBlock))
    {
        this.cell = cell;
        RegisterComponents();
        Options = form.Over(Options);
    }

    [Cell]
    private Tensor Step(Tensor z, Tensor words) => cell.call(z, words);
}
