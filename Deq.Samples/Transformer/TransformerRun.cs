using System.Diagnostics;
using Deq.Samples.Baselines;
using Deq.Samples.Data;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>The whole of <c>transformer train</c>: data, count models, training, evaluation, checkpoint, report.</summary>
internal sealed class TransformerRun(TransformerSettings settings, ITrainingView view, CancellationToken stop = default)
{
    /// <summary>The checkpoint in the output folder.</summary>
    public const string ModelFile = "model.deq";

    private const string SamplePrompt = "My fellow Americans ,";
    private const int SampleWords = 80;
    private const double SampleTemperature = 0.8;

    private readonly List<ResultRow> results = [];
    private readonly List<RunRecord> runs = [];

    /// <param name="command">The command line that repeats the run, for the report.</param>
    /// <param name="described">Every setting, for the report.</param>
    public void Run(string command, IReadOnlyList<KeyValuePair<string, string>> described)
    {
        ReportFiles.CreateFolder(settings.Output);
        Corpus corpus = CorpusOf(settings.Data, view);
        ModelSettings? twin = settings.TwinLayers > 0 ? Twin.Of(settings.Model, settings.TwinLayers) : null;
        results.AddRange(CountModels.Measure(corpus));
        foreach (ResultRow row in results) view.Say($"{row.Model}: test perplexity {Format.Perplexity(row.Test)}");

        string sample = Train("DEQ-Transformer", settings.Model, ModelFile, corpus);
        if (twin is not null) Train($"{twin.ExplicitLayers} stacked layers", twin, $"explicit-{twin.ExplicitLayers}.deq", corpus);

        view.Results(results, Scale.Words);
        string report = ReportFiles.Write(settings.Output, new ReportContent
        {
            Title = $"DEQ-Transformer on {corpus.Name}",
            Subtitle = Subtitle(corpus),
            Command = command,
            Results = results,
            Runs = runs,
            Settings = described,
            Sample = sample,
            Date = DateTimeOffset.UtcNow,
        });
        view.Say($"checkpoint: {Path.GetFullPath(Path.Combine(settings.Output, ModelFile))}");
        view.Say($"report: {report}");
    }

    private CheckpointPlan Plan(string file) => new(Path.Combine(settings.Output, file), settings.Resume) { EverySteps = settings.CheckpointEvery };

    /// <summary>The corpus of a folder, or the shipped one, and a line about it.</summary>
    public static Corpus CorpusOf(string? folder, ITrainingView view)
    {
        Corpus corpus = folder is null ? StateOfTheUnion.Read() : TokenFolder.Read(folder);
        view.Say(
            $"{corpus.Name}: {Format.Count(corpus.Train.Length)} tokens to train, {Format.Count(corpus.Validation.Length)} to validate, " +
            $"{Format.Count(corpus.Test.Length)} to test, vocabulary {Format.Count(corpus.Vocabulary.Count)}");
        return corpus;
    }

    private string Train(string name, ModelSettings form, string file, Corpus corpus)
    {
        manual_seed(settings.Seed);
        var watch = Stopwatch.StartNew();
        var model = new LanguageModel(form, corpus.Vocabulary.Count);
        model.StartFrom(corpus.Train, corpus.Vocabulary.Count);
        model.to(settings.Device);
        model.Apply(settings.Solve, settings.Gamma, settings.Frequency);
        view.Say(
            $"{name}: {Format.Count(model.ParameterCount)} parameters, {Format.Count(model.BodyParameterCount)} without embedding and softmax; " +
            $"{Format.Count(settings.TotalSteps)} steps of {settings.Batch} x {form.Sequence} tokens");

        using var task = new LanguageTask(name, model, new LanguageDescription
        {
            Model = form,
            Solve = settings.Solve,
            Data = settings.Data is { } data ? Path.GetFullPath(data) : null,
            Batch = settings.Batch,
            PretrainSteps = settings.PretrainSteps,
            Words = [.. corpus.Vocabulary],
        }, corpus, settings.Seed);
        var loop = new TrainingLoop(task, settings.Training, view, Plan(file), stop);
        RunRecord? trained = null;
        view.During(() => trained = loop.Train());
        RunRecord run = trained!;
        StepRecord last = run.Steps[^1];

        view.Say($"{name}: evaluating on the validation and test splits");
        ResultRow row = Evaluate(name, model, corpus) with
        {
            Examples = last.Examples,
            ExamplesPerSecond = last.Examples / run.Time.TotalSeconds,
            Time = watch.Elapsed,
        };
        results.Add(row);
        runs.Add(run);
        manual_seed(settings.Seed);
        return Sampler.Draw(model, corpus.Vocabulary, SamplePrompt, SampleWords, SampleTemperature);
    }

    /// <summary>The model of a checkpoint of <c>transformer train</c>, ready to evaluate.</summary>
    /// <exception cref="DataFileException">The file is missing, damaged or of something else.</exception>
    public static (LanguageModel Model, TrainingCheckpoint.Opened<LanguageDescription> Header) Load(string file)
    {
        (LanguageModel model, TrainingCheckpoint.Opened<LanguageDescription> header) = TrainingCheckpoint.LoadModel(
            file, LanguageTask.KindName, (LanguageDescription description) => new LanguageModel(description.Model, description.Words.Count));
        model.Apply(header.Description.Solve);
        return (model, header);
    }

    /// <summary>A model's line of the table: both perplexities and its size.</summary>
    public static ResultRow Evaluate(string name, LanguageModel model, Corpus corpus)
    {
        Evaluation validation = Evaluation.Measure(model, corpus.Validation);
        Evaluation test = Evaluation.Measure(model, corpus.Test);
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
            $"{Format.Count(row.Parameters!.Value)} parameters, trained on {Format.Short(row.Examples!.Value)} tokens, vocabulary {Format.Count(corpus.Vocabulary.Count)}.";
    }
}
