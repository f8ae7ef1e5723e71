using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>Drops whole words of the vocabulary, wherever in the batch they occur (Gal and Ghahramani 2016): dropout of the embedding's rows.</summary>
internal sealed class WordDropout : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly int vocabulary;
    private readonly double probability;

    /// <param name="vocabulary">Number of words.</param>
    /// <param name="probability">In [0, 1).</param>
    public WordDropout(int vocabulary, double probability) : base(nameof(WordDropout)) => (this.vocabulary, this.probability) = (vocabulary, probability);

    /// <param name="vectors">B x T x D.</param>
    /// <param name="words">B x T word numbers.</param>
    /// <returns>B x T x D.</returns>
    public override Tensor forward(Tensor vectors, Tensor words)
    {
        if (!training) return vectors.alias();
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = empty([vocabulary], vectors.dtype, vectors.device).bernoulli_(1 - probability).div_(1 - probability);
        return (vectors * mask.index_select(0, words.reshape(-1)).view([.. words.shape, 1])).MoveToOuterDisposeScope();
    }
}
