using Deq.Samples.Transformer;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>The equilibrium of TrellisNet over a sequence of vectors, with the inputs' part of the gates computed once per solve.</summary>
internal sealed class TrellisBody : SequenceBody
{
    private readonly nn.Module<Tensor, Tensor> injection;
    private readonly TrellisBlock block;
    private readonly int reach;

    /// <param name="settings">The form.</param>
    /// <param name="layers">0 for the equilibrium, else so many weight-tied layers.</param>
    public TrellisBody(TrellisSettings settings, int layers = 0) : base(nameof(TrellisBody))
    {
        reach = settings.Kernel - 1;
        injection = CausalGates.Convolution(settings.Inputs, settings, bias: true);
        block = new TrellisBlock(settings);
        StackedApplications = layers;
        RegisterComponents();
    }

    /// <summary>While positive, the layer is applied so many times instead of being solved for its equilibrium.</summary>
    public int StackedApplications { get; set; }

    /// <param name="words">B x T x C.</param>
    /// <returns>B x T x H.</returns>
    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor injected = injection.call(CausalGates.Shifted(words.transpose(1, 2), reach));
        Tensor hidden = StackedApplications > 0 ? block.Stacked(StackedApplications, injected) : block.call(injected).Hidden;
        return hidden.transpose(1, 2).MoveToOuterDisposeScope();
    }
}
