using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>Words in, probabilities of the next words out: embedding, causal convolution, body, tied adaptive softmax.</summary>
internal sealed class LanguageModel : nn.Module<Tensor, Tensor>
{
    private const int ConvolutionReach = 3;

    private readonly TiedAdaptiveSoftmax softmax;
    private readonly CausalConvolution neighbours;
    private readonly SequenceBody body;

    public LanguageModel(ModelSettings settings, int vocabulary) : base(nameof(LanguageModel))
    {
        softmax = new TiedAdaptiveSoftmax(vocabulary, settings.Width, settings.Cutoffs);
        neighbours = new CausalConvolution(settings.Width, ConvolutionReach);
        body = settings.ExplicitLayers > 0 ? new StackedBody(settings) : new EquilibriumBody(settings);
        Sequence = settings.Sequence;
        RegisterComponents();
    }

    /// <summary>Words that the model looks back on, the last included.</summary>
    public int Sequence { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => parameters().First().device;

    /// <summary>The equilibrium body; null for an explicit model.</summary>
    public EquilibriumBody? Equilibrium => body as EquilibriumBody;

    /// <summary>Elements of all parameters.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Those outside embedding and softmax.</summary>
    public long BodyParameterCount => ParameterCount - softmax.parameters().Sum(parameter => parameter.numel());

    /// <summary>Lets the model begin with the words' frequencies in a text.</summary>
    public void StartFrom(ReadOnlySpan<int> text, int vocabulary)
    {
        var counts = new long[vocabulary];
        foreach (int word in text) counts[word]++;
        softmax.StartFrom(counts);
    }

    /// <summary>Puts settings of the solve over those that the layer declares.</summary>
    public void Apply(SolveSettings solve, double gamma = 0, double frequency = 0)
    {
        foreach (IEquilibriumLayer layer in this.EquilibriumLayers())
        {
            layer.Options = layer.Options with
            {
                Solver = solve.Create(),
                MaxEvaluations = solve.Limit,
                Tolerance = solve.Tolerance,
                BackwardSolver = solve.Create(),
                BackwardMaxEvaluations = solve.BackwardLimit,
                BackwardTolerance = solve.BackwardTolerance,
                JacobianGamma = gamma,
                JacobianFrequency = frequency,
            };
        }
    }

    /// <param name="words">B x T word numbers.</param>
    /// <returns>B x T x D: at each word, what is known of the next.</returns>
    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        return body.call(neighbours.call(softmax.call(words))).MoveToOuterDisposeScope();
    }

    /// <summary>Mean cross-entropy of the next words, in nats.</summary>
    /// <param name="words">B x T word numbers.</param>
    /// <param name="next">B x T: the words that follow.</param>
    public Tensor Loss(Tensor words, Tensor next)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = call(words);
        return softmax.Loss(hidden.reshape(-1, hidden.shape[^1]), next.reshape(-1)).MoveToOuterDisposeScope();
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
}
