using Deq.Samples.Language;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>The reversible equilibrium of the RevDEQ's cell over words with learned positions.</summary>
internal sealed class RevDeqBody : SequenceBody
{
    private readonly Embedding positions;
    private readonly RevDeqCell cell;
    private readonly RevDeqBlock block;

    public RevDeqBody(ModelSettings settings) : base(nameof(RevDeqBody))
    {
        positions = nn.Embedding(settings.Sequence, settings.Width);
        cell = new RevDeqCell(settings);
        block = new RevDeqBlock(cell, settings.Reversible ?? new ReversibleForm());
        // The block has the cell among its own, and a parameter must not be listed twice.
        register_module(nameof(positions), positions);
        register_module(nameof(block), block);
    }

    public override Tensor Read(Tensor words, Tensor? memory, out Tensor? next)
    {
        next = null;
        using DisposeScope scope = NewDisposeScope();
        Tensor placed = words + positions.call(arange(words.shape[1], device: words.device));
        return (StackedApplications > 0 ? Applied(placed) : block.call(placed)).MoveToOuterDisposeScope();
    }

    private Tensor Applied(Tensor words)
    {
        Tensor z = zeros_like(words);
        for (int i = 0; i < StackedApplications; i++)
        {
            using DisposeScope application = NewDisposeScope();
            z = cell.call(z, words).MoveToOuterDisposeScope();
        }

        return z;
    }
}
