using Deq.Samples.Data;
using Deq.Samples.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>What a language model is rebuilt from, and what it was trained on.</summary>
internal sealed record LanguageDescription
{
    public required ModelSettings Model { get; init; }

    public required SolveSettings Solve { get; init; }

    /// <summary>Folder of the corpus; null for the shipped one.</summary>
    public string? Data { get; init; }

    public required int Batch { get; init; }

    public required int PretrainSteps { get; init; }

    public required IReadOnlyList<string> Words { get; init; }
}

/// <summary>A language model with its corpus.</summary>
internal sealed class LanguageTask : TrainingTask
{
    public const string KindName = "transformer";

    // The papers' for Transformers (Vaswani et al. 2017, section 5.3).
    private const double Beta1 = 0.9, Beta2 = 0.98;

    /// <summary>Applications of the block in pre-training (DEQ paper, appendix).</summary>
    private const int PretrainApplications = 2;

    /// <summary>
    /// While training, the validation split is looked at at so many stretches of so many words spread over it:
    /// a look at all of it takes as long as many steps, and its beginning alone is one author's text.
    /// </summary>
    private const int Stretches = 8, StretchWords = 2048;

    /// <summary>Segments at which the spectral radius is measured.</summary>
    private const int ProbeRows = 2;

    private readonly LanguageModel model;
    private readonly LanguageDescription description;
    private readonly ISegmentSource segments;
    private readonly int[] glimpse;
    private readonly Segment probe;

    public LanguageTask(string name, LanguageModel model, LanguageDescription description, Corpus corpus, int seed)
    {
        Name = name;
        (this.model, this.description) = (model, description);
        segments = new ShuffledSegments(corpus.Train, description.Batch, model.Sequence, seed);
        glimpse = Glimpse(corpus.Validation);
        probe = Segments.Once(corpus.Validation, ProbeRows, model.Sequence).First();
    }

    public override string Name { get; }

    public override string Kind => KindName;

    public override nn.Module Model => model;

    public override Measure Measure => Measure.Perplexity;

    public override string Unit => "tokens";

    public override object Description => description;

    public override OptimizerHelper CreateOptimizer(double learningRate) => optim.Adam(model.parameters(), learningRate, Beta1, Beta2);

    public override bool Solves(int step) => model.Equilibrium is null || step > description.PretrainSteps;

    public override BatchLoss NextBatch(int step)
    {
        if (model.Equilibrium is { } equilibrium) equilibrium.StackedApplications = Solves(step) ? 0 : PretrainApplications;
        Segment segment = segments.Next();
        (Tensor words, Tensor next) = segment.ToTensors(model.Device);
        return new BatchLoss(model.Loss(words, next), segment.Tokens);
    }

    public override double Evaluate() => Evaluation.Measure(model, glimpse).Perplexity;

    public override Action? Probe => model.Equilibrium is not { StackedApplications: 0 } ? null : () =>
    {
        (Tensor words, _) = probe.ToTensors(model.Device);
        model.call(words);
    };

    public override void SaveState(BinaryWriter writer) => segments.Save(writer);

    public override void LoadState(BinaryReader reader) => segments.Load(reader);

    private static int[] Glimpse(int[] text) => text.Length <= Stretches * StretchWords
        ? text
        : [.. Enumerable.Range(0, Stretches).SelectMany(stretch => text.Skip((int)((long)text.Length * stretch / Stretches)).Take(StretchWords))];
}
