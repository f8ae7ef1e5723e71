using Deq.Samples.Language;
using Deq.Samples.Transformer;
using Deq.Samples.Trellis;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.CopyMemory;

/// <summary>Symbols in, probabilities of the symbol to say at each position out.</summary>
internal sealed class CopyModel : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> embedding, output;
    private readonly SequenceBody body;
    private readonly bool isEquilibrium;
    private readonly int tiedLayers;

    public CopyModel(CopyForm form) : base(nameof(CopyModel))
    {
        form.Body.Check();
        (isEquilibrium, tiedLayers) = (form.IsEquilibrium, form.Body.TiedLayers);
        embedding = nn.Embedding(CopySequences.Alphabet, form.Body.Width);
        body = form switch
        {
            { Lstm: > 0 } => new LstmBody(form.Body.Width, form.Lstm, form.Body.Trellis?.ForgetBias ?? 0),
            { Body.Trellis: { } trellis } => new TrellisBody(form.Body, trellis),
            _ => new EquilibriumBody(form.Body),
        };
        output = nn.Linear(form.Lstm > 0 ? form.Lstm : form.Body.Width, CopySequences.Alphabet);
        RegisterComponents();
        UseStackedApplications(0);
    }

    /// <summary>Elements of all parameters.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Whether it applies its cell a number of times just now.</summary>
    public bool AppliesStacked => body.StackedApplications > 0;

    /// <summary>While positive, the cell is applied so many times instead of being solved for its equilibrium. 0 ends that.</summary>
    public void UseStackedApplications(int times) => body.StackedApplications = isEquilibrium ? times : tiedLayers;

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
        return Loss(call(symbols), targets, nn.Reduction.Mean).MoveToOuterDisposeScope();
    }

    /// <summary>Sums over a batch: the cross-entropy of all positions, and the recalled symbols that are right.</summary>
    public (double Loss, double Right) Examine(Tensor symbols, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        Tensor logits = call(symbols);
        long from = targets.shape[1] - CopySequences.Symbols;
        Tensor right = logits.argmax(-1).eq(targets).narrow(1, from, CopySequences.Symbols);
        return (Loss(logits, targets, nn.Reduction.Sum).ToDouble(), right.sum().ToDouble());
    }

    private static Tensor Loss(Tensor logits, Tensor targets, nn.Reduction reduction) =>
        nn.functional.cross_entropy(logits.reshape(-1, CopySequences.Alphabet), targets.reshape(-1), reduction: reduction);
}
