using Deq.Samples.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>The equilibrium of a Transformer block with what is injected into it, computed once per solve.</summary>
internal sealed class EquilibriumBody : SequenceBody
{
    private readonly nn.Module<Tensor, Tensor> injection;
    private readonly RelativePositions positions;
    private readonly TransformerCell cell;
    private readonly nn.Module<Tensor, Tensor, Tensor, Tensor?, Tensor> block;
    private readonly int width, remembered;

    public EquilibriumBody(ModelSettings settings) : base(nameof(EquilibriumBody))
    {
        (width, remembered) = (settings.Width, settings.Memory);
        injection = nn.Linear(settings.Width, 3 * settings.Width);
        positions = new RelativePositions(settings.Width, settings.Heads, settings.WeightNorm);
        cell = new TransformerCell(settings);
        block = settings.Reversible is { } form ? new ReversibleBlock(cell, form) : new TransformerBlock(cell);
        // The block has the cell among its own, and a parameter must not be listed twice.
        register_module(nameof(injection), injection);
        register_module(nameof(positions), positions);
        register_module(nameof(block), block);
    }

    public override Tensor Read(Tensor words, Tensor? memory, out Tensor? next)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor injected = injection.call(words), distances = positions.call((memory?.shape[1] ?? 0) + words.shape[1]);
        Tensor? before = memory is null ? null : cell.Remembered(memory.narrow(-1, 0, width), injection.call(memory.narrow(-1, width, width)));
        Tensor state = StackedApplications > 0
            ? Applied(new BlockInputs(words, injected, distances, before))
            : block.call(words, injected, distances, before);
        next = Remember(remembered, memory, state, words)?.MoveToOuterDisposeScope();
        return state.MoveToOuterDisposeScope();
    }

    /// <summary>The cell applied a number of times from zero and back-propagated through: what shallow pre-training trains (section 4.1).</summary>
    private Tensor Applied(BlockInputs inputs)
    {
        Tensor z = zeros_like(inputs.Words);
        for (int i = 0; i < StackedApplications; i++)
        {
            using DisposeScope application = NewDisposeScope();
            z = cell.call(z, inputs).MoveToOuterDisposeScope();
        }

        return z;
    }
}
