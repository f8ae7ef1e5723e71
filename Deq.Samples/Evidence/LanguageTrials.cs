using Deq.Samples.Data;
using Deq.Samples.Language;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>Trials on the shipped State of the Union addresses.</summary>
internal static class LanguageTrials
{
    private static readonly Lazy<Corpus> Shipped = new(StateOfTheUnion.Read);

    /// <summary>Words of the validation and test splits where seconds must do.</summary>
    private const int SmokeWords = 1_000;

    public static Trial Of(string name, LanguageSettings settings, bool smoke) => new(
        name, new { settings.Model, settings.Solve, settings.Batch, settings.PretrainSteps, settings.WeightDecay, settings.Decoupled },
        settings.Training, () => Task(name, settings, Of(smoke)));

    /// <summary>Perplexity and evaluations per batch on the test split.</summary>
    public static double[] Test(LanguageTask task, EvidenceRun run)
    {
        var model = (LanguageModel)task.Model;
        model.UseStackedApplications(0);
        Evaluation test = Evaluation.Measure(model, Of(run.Smoke).Test, run.Stop);
        return [test.Perplexity, test.Evaluations, model.BodyParameterCount];
    }

    /// <summary>The model of <c>transformer</c> quick; a small one where seconds must do.</summary>
    public static ModelSettings Form(bool smoke) => smoke ? new ModelSettings { Width = 16, Heads = 2, FeedForward = 32, Sequence = 16 } : new ModelSettings();

    public static Corpus Of(bool smoke)
    {
        Corpus corpus = Shipped.Value;
        return smoke ? corpus with { Validation = corpus.Validation[..SmokeWords], Test = corpus.Test[..SmokeWords] } : corpus;
    }

    private static LanguageTask Task(string name, LanguageSettings settings, Corpus corpus)
    {
        manual_seed(settings.Seed);
        var model = new LanguageModel(settings.Model, corpus.Vocabulary.Count);
        model.StartFrom(corpus.Train, corpus.Vocabulary.Count);
        settings.Solve.Apply(model, settings.Gamma, settings.Frequency);
        return new LanguageTask(name, "transformer", model, LanguageDescription.Of(settings, settings.Model, corpus), corpus, settings.Seed);
    }
}
