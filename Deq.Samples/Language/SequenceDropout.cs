using Deq.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>Dropout with one mask for all positions of a sequence (Gal and Ghahramani 2016), of the words' vectors or of what the softmax is given.</summary>
internal sealed class SequenceDropout : nn.Module<Tensor, Tensor>
{
    private readonly VariationalDropout dropout;

    /// <param name="probability">In [0, 1).</param>
    public SequenceDropout(double probability) : base(nameof(SequenceDropout))
    {
        dropout = new VariationalDropout(probability, DropoutMask.Channel);
        RegisterComponents();
    }

    /// <param name="sequence">B x T x D; the mask is B x 1 x D.</param>
    public override Tensor forward(Tensor sequence)
    {
        using DisposeScope scope = NewDisposeScope();
        return dropout.call(sequence.transpose(1, 2)).transpose(1, 2).MoveToOuterDisposeScope();
    }
}
