using System.Text.Json.Serialization;
using Deq.Samples.Training;
using Deq.Samples.Trellis;

namespace Deq.Samples.Language;

/// <summary>Where the layer norms of the Transformer block stand.</summary>
internal enum NormPlacement
{
    /// <summary>After each residual connection, as in the first DEQ-Transformer.</summary>
    Post,

    /// <summary>Before attention and feed-forward part.</summary>
    Pre,
}

/// <summary>What the Transformer block's first residual connection adds the attention to.</summary>
internal enum FirstResidual
{
    /// <summary>The state z: the canonical block.</summary>
    State,

    /// <summary>The injected input.</summary>
    Input,
}

/// <summary>Which f a Transformer's equilibrium is of.</summary>
internal enum CellKind
{
    /// <summary>The DEQ-Transformer's: the words enter queries, keys and values; relative positions.</summary>
    Deq,

    /// <summary>The RevDEQ's: the words are added to the state before the first norm; learned positions, always reversible.</summary>
    RevDeq,
}

/// <summary>The reversible iteration in the place of a solve.</summary>
internal sealed record ReversibleForm
{
    /// <summary>b of the iteration.</summary>
    public double Beta { get; init; } = 0.5;

    /// <summary>Most steps, two evaluations each.</summary>
    public int Steps { get; init; } = 4;

    /// <summary>Relative residual at which it ends sooner.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <exception cref="SampleException">The iteration does not converge for any f, or has no inverse.</exception>
    public static void CheckBeta(double beta)
    {
        if (!(beta is > 0 and < 2 and not 1))
            throw new SampleException(FormattableString.Invariant($"--beta {beta}: b of the reversible iteration lies between 0 and 2 and is not 1, where it has no inverse; the papers take 0.5 to 0.8"));
    }

    /// <summary>These settings over those of a reversible layer.</summary>
    public EquilibriumOptions Over(EquilibriumOptions options) => options with { Beta = Beta, Steps = Steps, Tolerance = Tolerance };
}

/// <summary>The form of a language model. It is part of a checkpoint: a model is rebuilt from it.</summary>
internal sealed record ModelSettings
{
    private const int LongestSequence = 8192, LongestReach = 64, LongestDilation = 100_000, MostSteps = 1000;

    /// <summary>Width of the words' vectors, and of a Transformer's state.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Words of a segment: as many are read at once.</summary>
    public int Sequence { get; init; } = 64;

    /// <summary>Words before a segment whose states are remembered; 0 reads each segment by itself.</summary>
    public int Memory { get; init; }

    /// <summary>Words, itself included, that a convolution shows each word before the body; 0 for no convolution.</summary>
    public int Reach { get; init; } = 3;

    /// <summary>Where the vocabulary, in order of frequency, is cut into the softmax's clusters.</summary>
    public IReadOnlyList<int> Cutoffs { get; init; } = [2000, 6000];

    /// <summary>How much narrower each cluster's vectors are than those of the last.</summary>
    public int Divisor { get; init; } = 2;

    /// <summary>Whether embedding and softmax have vectors of their own.</summary>
    public bool Untied { get; init; }

    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward part.</summary>
    public int FeedForward { get; init; } = 512;

    public CellKind Cell { get; init; }

    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    public FirstResidual Residual { get; init; } = FirstResidual.Input;

    public bool WeightNorm { get; init; }

    /// <summary>Variational dropout inside the block, one mask a solve.</summary>
    public double Dropout { get; init; }

    // The four below are written where they are set, so that a model without them is described as it was before they came.

    /// <summary>Dropout of the words' vectors, one mask for all positions of a sequence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double InputDropout { get; init; }

    /// <summary>The same of what the softmax is given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double OutputDropout { get; init; }

    /// <summary>Dropout of whole words of the embedding, wherever in a batch they occur.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double WordDropout { get; init; }

    /// <summary>Linear maps of the body start from N(0, 0.01), as the papers' do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SmallStart { get; init; }

    /// <summary>The reversible iteration; null for a solver and one of the gradients at its fixed point.</summary>
    public ReversibleForm? Reversible { get; init; }

    /// <summary>A TrellisNet in the place of the Transformer; null for none.</summary>
    public TrellisSettings? Trellis { get; init; }

    /// <summary>Layers with weights of their own, one after the other, in the place of the equilibrium; 0 for none.</summary>
    public int StackedLayers { get; init; }

    /// <summary>Applications of the one cell, back-propagated through, in the place of the equilibrium; 0 for none.</summary>
    public int TiedLayers { get; init; }

    [JsonIgnore]
    public bool IsEquilibrium => StackedLayers == 0 && TiedLayers == 0;

    /// <summary>Parameters at the least: all matrices, without biases and scales. In floating point, as sizes out of a file may have any product.</summary>
    /// <param name="vocabulary">Words.</param>
    public double LeastParameters(int vocabulary) =>
        TiedAdaptiveSoftmax.LeastParameters(vocabulary, Width, Cutoffs, Divisor) + (Untied ? (double)vocabulary * Width : 0) + (double)Reach * Width * Width + LeastBodyParameters();

    /// <summary>Those of the body alone.</summary>
    public double LeastBodyParameters()
    {
        double width = Width, inner = FeedForward, layers = Math.Max(1, StackedLayers);
        if (Trellis is { } form)
            return 4.0 * form.Hidden * form.Kernel * (layers * width + (StackedLayers > 0 ? layers - 1 : 1) * form.Hidden) + (form.Hidden < Width ? form.Hidden * width : 0);
        if (StackedLayers > 0) return layers * width * (5 * width + 2 * inner);
        return Cell == CellKind.RevDeq
            ? width * (Sequence + 4 * width + 2 * inner) + inner * inner
            : width * (8 * width + 2 * inner);
    }

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public void Check()
    {
        foreach ((string name, int value, int least, int most) in new[]
        {
            ("--width", Width, 1, int.MaxValue), ("--heads", Heads, 1, int.MaxValue), ("--ffn", FeedForward, 1, int.MaxValue), ("--divisor", Divisor, 1, int.MaxValue),
            ("--sequence", Sequence, 1, LongestSequence), ("--memory", Memory, 0, LongestSequence), ("the convolution's reach", Reach, 0, LongestReach),
            ("--hidden", Trellis?.Hidden ?? 1, 1, int.MaxValue), ("--kernel", Trellis?.Kernel ?? 1, 1, LongestReach), ("--dilation", Trellis?.Dilation ?? 1, 1, LongestDilation),
            ("--solver-steps", Reversible?.Steps ?? 1, 1, MostSteps), ("--explicit", StackedLayers, 0, TwinPlan.MostLayers), ("--tied", TiedLayers, 0, TwinPlan.MostLayers),
        })
        {
            if (value < least || value > most) throw new SampleException($"{name} {value} is not {(most == int.MaxValue ? $"{least} at the least" : $"from {least} to {most}")}");
        }

        foreach ((string name, double probability) in new[]
        {
            ("--dropout", Dropout), ("--input-dropout", InputDropout), ("--output-dropout", OutputDropout), ("--word-dropout", WordDropout),
            ("--weight-dropout", Trellis?.WeightDropout ?? 0),
        })
        {
            if (!(probability is >= 0 and < 1)) throw new SampleException(FormattableString.Invariant($"{name} {probability} is no probability from 0 to below 1"));
        }

        if (Cutoffs.Zip(Cutoffs.Prepend(0)).Any(pair => pair.First <= pair.Second)) throw new SampleException($"--cutoffs {string.Join(',', Cutoffs)} are not ascending numbers from 1");
        if (Trellis is null && Width % Heads != 0) throw new SampleException($"--width {Width} cannot be shared by --heads {Heads}: choose heads that divide the width");
        if (Trellis is null && Cell == CellKind.Deq && Width % 2 != 0) throw new SampleException($"--width {Width} is odd: positions are told by pairs of sine and cosine, so choose an even width");
        if (Reversible is { } reversible) ReversibleForm.CheckBeta(reversible.Beta);
        if (Cell == CellKind.RevDeq && Memory > 0) throw new SampleException($"--cell revdeq has learned positions and no memory of the segment before: leave --memory {Memory} out, or take --cell deq");
        if (Trellis is not null && Reversible is not null) throw new SampleException("a TrellisNet's state is a pair already, for which there is no reversible form here: take the transformer");
    }
}
