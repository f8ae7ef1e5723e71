using Deq.Samples.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>
/// The same layer by the reversible iteration (McCallum, Arora, Foster 2025): a few coupled steps, whose gradient is exact in memory that does
/// not grow with them.
/// </summary>
[EquilibriumLayer]
[Reversible(beta: 0.5, Steps = 4, Tolerance = 1e-3)]
internal sealed partial class ReversibleBlock : nn.Module<Tensor, Tensor, Tensor, Tensor?, Tensor>
{
    private readonly TransformerCell cell;

    public ReversibleBlock(TransformerCell cell, ReversibleForm form) : base(nameof(ReversibleBlock))
    {
        this.cell = cell;
        RegisterComponents();
        Options = form.Over(Options);
    }

    [Cell]
    private Tensor Step(Tensor z, Tensor words, Tensor injection, Tensor distances, Tensor? memory) =>
        cell.call(z, new BlockInputs(words, injection, distances, memory));
}
