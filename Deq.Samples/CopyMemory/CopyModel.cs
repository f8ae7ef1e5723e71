using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.CopyMemory;

/// <summary>Symbols in, probabilities of the symbol to say at each position out.</summary>
internal sealed class CopyModel : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> embedding, body, output;

    /// <param name="width">Width of the embedding and of the body's output.</param>
    /// <param name="body">B x T x D to B x T x D, causal.</param>
    public CopyModel(int width, nn.Module<Tensor, Tensor> body) : base(nameof(CopyModel))
    {
        embedding = nn.Embedding(CopyTask.Alphabet, width);
        this.body = body;
        output = nn.Linear(width, CopyTask.Alphabet);
        RegisterComponents();
    }

    /// <param name="symbols">B x T.</param>
    /// <returns>Logits, B x T x 10.</returns>
    public override Tensor forward(Tensor symbols)
    {
        using DisposeScope scope = NewDisposeScope();
        return output.call(body.call(embedding.call(symbols))).MoveToOuterDisposeScope();
    }

    /// <summary>Mean cross-entropy over all positions, in nats.</summary>
    public Tensor Loss(Tensor symbols, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = call(symbols);
        return nn.functional.cross_entropy(logits.reshape(-1, CopyTask.Alphabet), targets.reshape(-1)).MoveToOuterDisposeScope();
    }

    /// <summary>The share of the ten recalled symbols that are right.</summary>
    public double Recalled(Tensor symbols, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        Tensor said = call(symbols).argmax(-1);
        long from = targets.shape[1] - CopyTask.Symbols;
        return said.narrow(1, from, CopyTask.Symbols).eq(targets.narrow(1, from, CopyTask.Symbols)).to(ScalarType.Float64).mean().item<double>();
    }
}
