using Deq.Samples.Data;
using Deq.Samples.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>What a language model is rebuilt from, and what it was trained on.</summary>
internal sealed record LanguageDescription : IModelDescription
{
    public required ModelSettings Model { get; init; }

    public required SolveSettings Solve { get; init; }

    public required int Batch { get; init; }

    public required int PretrainSteps { get; init; }

    public double WeightDecay { get; init; }

    public bool Decoupled { get; init; }

    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>What these settings train on that corpus.</summary>
    public static LanguageDescription Of(LanguageSettings settings, ModelSettings form, Corpus corpus) => new()
    {
        Model = form,
        Solve = settings.Solve,
        Batch = settings.Batch,
        PretrainSteps = settings.PretrainSteps,
        WeightDecay = settings.WeightDecay,
        Decoupled = settings.Decoupled,
        Words = [.. corpus.Vocabulary],
    };

    public double LeastParameters() => Model.LeastParameters(Words.Count);

    public void Check()
    {
        Model.Check();
        Solve.Check();
        // Its words once each, the unknown word among them.
        _ = new Vocabulary(Words);
    }
}

/// <summary>A language model with its corpus.</summary>
internal sealed class LanguageTask : TrainingTask
{
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
    private Tensor? memory;

    /// <param name="name">What people call the model.</param>
    /// <param name="kind">The command that trains it.</param>
    /// <param name="model">The model, which the task then owns.</param>
    /// <param name="description">What it was made from.</param>
    /// <param name="corpus">What it is trained on.</param>
    /// <param name="seed">Decides the order of the text.</param>
    /// <param name="folder">Where the corpus was read from; null for the shipped one.</param>
    public LanguageTask(string name, string kind, LanguageModel model, LanguageDescription description, Corpus corpus, int seed, string? folder = null)
    {
        (Name, Kind) = (name, kind);
        Data = new TrainingData(folder is null ? null : Path.GetFullPath(folder), corpus.Digest());
        (this.model, this.description) = (model, description);
        segments = model.Remembers
            ? new ContiguousSegments(corpus.Train, description.Batch, model.Sequence, seed)
            : new ShuffledSegments(corpus.Train, description.Batch, model.Sequence, seed);
        glimpse = Glimpse(corpus.Validation);
        probe = Segments.Once(corpus.Validation, ProbeRows, model.Sequence).First();
    }

    public override string Name { get; }

    public override string Kind { get; }

    public override nn.Module Model => model;

    public override Measure Measure => Measure.Perplexity;

    public override string Unit => "tokens";

    public override object Description => description;

    public override TrainingData Data { get; }

    public override OptimizerHelper CreateOptimizer(double learningRate) => description.Decoupled
        ? optim.AdamW(model.parameters(), learningRate, Beta1, Beta2, weight_decay: description.WeightDecay)
        : optim.Adam(model.parameters(), learningRate, Beta1, Beta2, weight_decay: description.WeightDecay);

    public override int PretrainSteps => model.IsEquilibrium ? description.PretrainSteps : 0;

    public override BatchLoss NextBatch(int step)
    {
        model.UseStackedApplications(Solves(step) ? 0 : PretrainApplications);
        Segment segment = segments.Next();
        (Tensor words, Tensor next) = segment.ToTensors(model.Device);
        Tensor? before = memory;
        if (!segment.Continues) memory = null;
        Tensor loss = model.Loss(words, next, ref memory);
        memory?.DetachFromDisposeScope();
        before?.Dispose();
        return new BatchLoss(loss, segment.Tokens);
    }

    public override double Evaluate() => Evaluation.Measure(model, glimpse).Perplexity;

    public override Action? Probe => !model.IsEquilibrium || model.AppliesStacked ? null : () =>
    {
        (Tensor words, _) = probe.ToTensors(model.Device);
        model.call(words);
    };

    public override void SaveState(BinaryWriter writer)
    {
        segments.Save(writer);
        writer.Write(memory is not null);
        memory?.Save(writer);
    }

    public override void LoadState(BinaryReader reader)
    {
        segments.Load(reader);
        memory?.Dispose();
        memory = null;
        if (!reader.ReadBoolean()) return;
        using Tensor saved = TensorExtensionMethods.Load(reader);
        memory = saved.to(model.Device, copy: true).DetachFromDisposeScope();
    }

    public override void Dispose()
    {
        memory?.Dispose();
        base.Dispose();
    }

    private static int[] Glimpse(int[] text) => text.Length <= Stretches * StretchWords
        ? text
        : [.. Enumerable.Range(0, Stretches).SelectMany(stretch => text.Skip((int)((long)text.Length * stretch / Stretches)).Take(StretchWords))];
}
