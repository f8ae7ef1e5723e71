using System.Diagnostics;
using Deq.Samples.Baselines;
using Deq.Samples.Data;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>The whole of a language model's <c>train</c>: data, count models, training, evaluation, checkpoint, report; then the same for twins.</summary>
/// <param name="kind">The command, as the checkpoint names it.</param>
/// <param name="name">What people call the model.</param>
/// <param name="preset">The preset with the command line's settings over it.</param>
/// <param name="view">Shows how it goes.</param>
/// <param name="stop">Ends the training after the step it is at.</param>
internal sealed class LanguageRun(string kind, string name, LanguagePreset preset, ITrainingView view, CancellationToken stop = default)
{
    /// <summary>The checkpoint in the output folder.</summary>
    public const string ModelFile = "model.deq";

    private const string SamplePrompt = "My fellow Americans ,";
    private const int SampleWords = 80;
    private const double SampleTemperature = 0.8;

    private readonly LanguageSettings settings = preset.Settings;
    private readonly List<ResultRow> results = [];
    private readonly List<RunRecord> runs = [];

    /// <param name="command">The command line that repeats the run, for the report.</param>
    /// <param name="twins">Explicit twins to train after it.</param>
    public void Run(string command, params IReadOnlyList<TwinPlan> twins)
    {
        // Whatever is wrong with settings or data is said before anything is written, and before anything that takes long.
        OutputFolder.Check(settings.Output);
        Pretraining.Check(settings.Model.IsEquilibrium ? settings.PretrainSteps : 0, settings.TotalSteps);
        settings.Solve.Check();
        // Not every number of layers can have as many parameters.
        (TwinPlan Plan, ModelSettings Form)[] others = [.. twins.Select(twin => (twin, twin.Tied ? Twin.Tied(settings.Model, twin.Layers) : Twin.Stacked(settings.Model, twin.Layers)))];
        Corpus corpus = CorpusOf(settings.Data, view);
        Segments.ThrowIfTooShort(corpus.Train, settings.Batch, settings.Model.Sequence);
        using OutputFolder held = OutputFolder.Hold(settings.Output);
        results.AddRange(CountModels.Measure(corpus));
        if (results.Count == 0) view.Say($"more than {Format.Count(CountModels.MostTokens)} tokens to train: no models of counts beside it");
        foreach (ResultRow row in results) view.Say($"{row.Model}: test perplexity {Format.Perplexity(row.Test)}");

        string sample = Train(name, settings.Model, ModelFile, corpus);
        foreach ((TwinPlan plan, ModelSettings form) in others) Train(plan.Name, form, plan.File, corpus);

        view.Results(results, Scale.Words);
        string report = ReportFiles.Write(settings.Output, new ReportContent
        {
            Title = $"{name} on {corpus.Name}",
            Subtitle = Subtitle(corpus),
            Command = command,
            Results = results,
            Runs = runs,
            Settings = SettingsTable.Of(preset.Name, ("model", settings.Model), ("reversible", settings.Model.Reversible), ("trellis", settings.Model.Trellis), ("solve", settings.Solve), ("training", settings)),
            Sample = sample,
            Date = DateTimeOffset.UtcNow,
        });
        view.Say($"checkpoint: {Path.GetFullPath(Path.Combine(settings.Output, ModelFile))}");
        view.Say($"report: {report}");
    }

    /// <summary>The corpus of a folder, or the shipped one, and a line about it.</summary>
    public static Corpus CorpusOf(string? folder, ITrainingView view)
    {
        Corpus corpus = folder is null ? StateOfTheUnion.Read() : TokenFolder.Read(folder);
        view.Say(
            $"{corpus.Name}: {Format.Count(corpus.Train.Length)} tokens to train, {Format.Count(corpus.Validation.Length)} to validate, " +
            $"{Format.Count(corpus.Test.Length)} to test, vocabulary {Format.Count(corpus.Vocabulary.Count)}");
        return corpus;
    }

    private string Train(string model, ModelSettings form, string file, Corpus corpus)
    {
        manual_seed(settings.Seed);
        var watch = Stopwatch.StartNew();
        var language = new LanguageModel(form, corpus.Vocabulary.Count);
        language.StartFrom(corpus.Train, corpus.Vocabulary.Count);
        language.to(settings.Device);
        settings.Solve.Apply(language, settings.Gamma, settings.Frequency);
        view.Say(
            $"{model}: {Format.Count(language.ParameterCount)} parameters, {Format.Count(language.BodyParameterCount)} without embedding and softmax" +
            $"{(preset.PaperParameters is { } paper && file == ModelFile ? $" (the paper's: {paper})" : "")}; " +
            $"{Format.Count(settings.TotalSteps)} steps of {settings.Batch} x {form.Sequence} tokens");

        using var task = new LanguageTask(model, kind, language, LanguageDescription.Of(settings, form, corpus), corpus, settings.Seed, settings.Data);
        var plan = CheckpointPlan.Of(settings.Output, file, settings.Resume, settings.CheckpointEvery, model, view);
        var loop = new TrainingLoop(task, settings.Training, view, plan, stop);
        RunRecord? trained = null;
        view.During(() => trained = loop.Train());
        RunRecord run = trained!;
        StepRecord last = run.Steps[^1];

        language.UseStackedApplications(0);
        view.Say($"{model}: evaluating on the validation and test splits");
        ResultRow row = Evaluate(model, language, corpus, stop) with
        {
            Examples = last.Examples,
            ExamplesPerSecond = last.Examples / run.Time.TotalSeconds,
            Time = run.TimeBefore + watch.Elapsed,
        };
        results.Add(row);
        runs.Add(run);
        manual_seed(settings.Seed);
        return Sampler.Draw(language, corpus.Vocabulary, Sampler.PromptFor(corpus.Vocabulary, SamplePrompt), SampleWords, SampleTemperature);
    }

    /// <summary>The model of a checkpoint, ready to evaluate.</summary>
    /// <exception cref="DataFileException">The file is missing, damaged or of something else.</exception>
    public static (LanguageModel Model, TrainingCheckpoint.Opened<LanguageDescription> Header) Load(string kind, string file) =>
        TrainingCheckpoint.LoadModel(file, kind, (LanguageDescription description) =>
        {
            var model = new LanguageModel(description.Model, description.Words.Count);
            description.Solve.Apply(model);
            return model;
        });

    /// <summary>A model's line of the table: both perplexities and its size.</summary>
    public static ResultRow Evaluate(string name, LanguageModel model, Corpus corpus, CancellationToken stop = default)
    {
        Evaluation validation = Evaluation.Measure(model, corpus.Validation, stop);
        Evaluation test = Evaluation.Measure(model, corpus.Test, stop);
        return new ResultRow(name)
        {
            Parameters = model.ParameterCount,
            BodyParameters = model.BodyParameterCount,
            Validation = validation.Perplexity,
            Test = test.Perplexity,
            Evaluations = double.IsNaN(test.Evaluations) ? null : test.Evaluations,
        };
    }

    private string Subtitle(Corpus corpus)
    {
        ResultRow row = results.First(result => result.Parameters is not null);
        return "A word-level language model whose one layer is solved for its equilibrium: " +
            $"{Format.Count(row.Parameters!.Value)} parameters{(preset.PaperParameters is { } paper ? $" (the paper's: {paper})" : "")}, " +
            $"trained on {Format.Short(row.Examples!.Value)} tokens, vocabulary {Format.Count(corpus.Vocabulary.Count)}.";
    }
}
