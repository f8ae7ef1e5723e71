using Deq.Samples.RevDeq;
using Deq.Samples.Training;
using Deq.Samples.Transformer;
using Deq.Samples.Trellis;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>Words in, probabilities of the next words out: embedding, causal convolution, body, adaptive softmax.</summary>
internal sealed class LanguageModel : nn.Module<Tensor, Tensor>
{
    private readonly TiedAdaptiveSoftmax softmax;
    private readonly nn.Module<Tensor, Tensor>? embedding, neighbours;
    private readonly SequenceBody body;
    private readonly SequenceDropout? inputDropout, outputDropout;
    private readonly WordDropout? wordDropout;
    private readonly int tiedLayers;

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public LanguageModel(ModelSettings settings, int vocabulary) : base(nameof(LanguageModel))
    {
        settings.Check();
        (Sequence, Remembers, IsEquilibrium, tiedLayers) = (settings.Sequence, settings.Memory > 0, settings.IsEquilibrium, settings.TiedLayers);
        softmax = new TiedAdaptiveSoftmax(vocabulary, settings.Width, settings.Cutoffs, settings.Divisor);
        if (settings.Untied) embedding = nn.Embedding(vocabulary, settings.Width);
        if (settings.Reach > 0) neighbours = new CausalConvolution(settings.Width, settings.Reach);
        body = settings switch
        {
            { Trellis: { } form } => new TrellisBody(settings, form),
            { StackedLayers: > 0 } => new StackedBody(settings),
            { Cell: CellKind.RevDeq } => new RevDeqBody(settings),
            _ => new EquilibriumBody(settings),
        };
        if (settings.SmallStart) SmallStart.Apply(body);
        if (settings.WordDropout > 0) wordDropout = new WordDropout(vocabulary, settings.WordDropout);
        if (settings.InputDropout > 0) inputDropout = new SequenceDropout(settings.InputDropout);
        if (settings.OutputDropout > 0) outputDropout = new SequenceDropout(settings.OutputDropout);
        RegisterComponents();
        UseStackedApplications(0);
    }

    /// <summary>Words that the model reads at once, and looks back on where it has no memory.</summary>
    public int Sequence { get; }

    /// <summary>Whether it remembers states of the segments before.</summary>
    public bool Remembers { get; }

    /// <summary>Whether the model has an equilibrium, rather than being an explicit twin.</summary>
    public bool IsEquilibrium { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => parameters().First().device;

    /// <summary>Elements of all parameters.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Those outside embedding and softmax.</summary>
    public long BodyParameterCount =>
        ParameterCount - softmax.parameters().Sum(parameter => parameter.numel()) - (embedding?.parameters().Sum(parameter => parameter.numel()) ?? 0);

    /// <summary>While positive, the cell is applied so many times instead of being solved for its equilibrium: shallow pre-training. 0 ends that.</summary>
    public void UseStackedApplications(int times) => body.StackedApplications = IsEquilibrium ? times : tiedLayers;

    /// <summary>Whether it does so now.</summary>
    public bool AppliesStacked => body.StackedApplications > 0;

    /// <summary>Lets the model begin with the words' frequencies in a text.</summary>
    public void StartFrom(ReadOnlySpan<int> text, int vocabulary)
    {
        var counts = new long[vocabulary];
        foreach (int word in text) counts[word]++;
        softmax.StartFrom(counts);
    }

    /// <param name="words">B x T word numbers.</param>
    /// <returns>B x T x D: at each word, what is known of the next.</returns>
    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        return Read(words, null, out _).MoveToOuterDisposeScope();
    }

    /// <summary>Mean cross-entropy of the next words, in nats.</summary>
    /// <param name="words">B x T word numbers.</param>
    /// <param name="next">B x T: the words that follow.</param>
    /// <param name="memory">What the segment before left to remember, and then what this one leaves; null at the beginning of a text.</param>
    public Tensor Loss(Tensor words, Tensor next, ref Tensor? memory)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Read(words, memory, out memory);
        memory?.MoveToOuterDisposeScope();
        return softmax.Loss(hidden.reshape(-1, hidden.shape[^1]), next.reshape(-1)).MoveToOuterDisposeScope();
    }

    /// <summary>The same for a segment by itself.</summary>
    public Tensor Loss(Tensor words, Tensor next)
    {
        Tensor? none = null;
        return Loss(words, next, ref none);
    }

    /// <summary>log p of every word to follow the last one.</summary>
    /// <param name="words">1 x T word numbers.</param>
    /// <returns>vocabulary.</returns>
    public Tensor NextLogProbabilities(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = call(words);
        return softmax.LogProbabilities(hidden.select(1, -1)).view(-1).MoveToOuterDisposeScope();
    }

    private Tensor Read(Tensor words, Tensor? memory, out Tensor? next)
    {
        Tensor vectors = embedding?.call(words) ?? softmax.call(words);
        if (wordDropout is not null) vectors = wordDropout.call(vectors, words);
        if (inputDropout is not null) vectors = inputDropout.call(vectors);
        if (neighbours is not null) vectors = neighbours.call(vectors);
        Tensor read = body.Read(vectors, memory, out next);
        return outputDropout?.call(read) ?? read;
    }
}
