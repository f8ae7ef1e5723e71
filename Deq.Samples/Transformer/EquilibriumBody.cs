using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>The equilibrium block with what is injected into it, computed once per solve.</summary>
internal sealed class EquilibriumBody : SequenceBody
{
    private readonly nn.Module<Tensor, Tensor> injection;
    private readonly RelativePositions positions;
    private readonly TransformerBlock block;

    public EquilibriumBody(ModelSettings settings) : base(nameof(EquilibriumBody))
    {
        injection = nn.Linear(settings.Width, 3 * settings.Width);
        positions = new RelativePositions(settings.Width, settings.Heads, settings.WeightNorm);
        block = new TransformerBlock(settings);
        RegisterComponents();
    }

    /// <summary>While positive, the block is applied so many times instead of being solved for its equilibrium.</summary>
    public int StackedApplications { get; set; }

    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor injected = injection.call(words), distances = positions.call(words.shape[1]);
        Tensor state = StackedApplications > 0
            ? block.Stacked(StackedApplications, words, injected, distances)
            : block.call(words, injected, distances);
        return state.MoveToOuterDisposeScope();
    }
}
