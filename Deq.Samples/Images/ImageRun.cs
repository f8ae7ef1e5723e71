using System.Diagnostics;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Images;

/// <summary>The whole of a <c>train</c> command for images: data, training, evaluation, checkpoint, report; then the same for twins.</summary>
/// <param name="kind">The kind of model, as the checkpoint names it.</param>
/// <param name="name">What people call the model.</param>
/// <param name="preset">The preset with the command line's settings over it.</param>
/// <param name="view">Shows how it goes.</param>
/// <param name="stop">Ends the training after the step it is at.</param>
internal sealed class ImageRun<TForm>(string kind, string name, ImagePreset<TForm> preset, ITrainingView view, CancellationToken stop = default)
    where TForm : IImageForm<TForm>
{
    /// <summary>The checkpoint in the output folder.</summary>
    public const string ModelFile = "model.deq";

    private static readonly Scale Images = new(Measure.Accuracy, "images");

    private readonly ImageSettings settings = preset.Training;
    private readonly List<ResultRow> results = [];
    private readonly List<RunRecord> runs = [];

    /// <param name="command">The command line that repeats the run, for the report.</param>
    /// <param name="twins">Explicit twins to train after it.</param>
    public void Run(string command, params IReadOnlyList<TwinPlan> twins)
    {
        // Whatever is wrong with settings or data is said before anything is written.
        OutputFolder.Check(settings.Output);
        Pretraining.Check(settings.PretrainSteps, settings.TotalSteps);
        preset.Form.Check();
        settings.Solve.Check();
        ImageData data = DataOf(settings.Dataset, settings.Data, preset.Form, view);
        _ = ImageBatches.StepsPerEpoch(data, settings.Batch);
        TForm form = preset.Form.For(data.Shape, data.Classes);
        form.Check();
        (TwinPlan Plan, TForm Form)[] others = [.. twins.Select(twin => (twin, form.Explicit(twin.Layers, twin.Tied)))];
        foreach ((_, TForm other) in others) other.Check();
        using OutputFolder held = OutputFolder.Hold(settings.Output);
        Train(name, form, ModelFile, data);
        foreach ((TwinPlan plan, TForm other) in others) Train(plan.Name, other, plan.File, data);

        view.Results(results, Images);
        string report = ReportFiles.Write(settings.Output, new ReportContent
        {
            Title = $"{name} on {data.Name}",
            Subtitle = $"{preset.Description}. {Format.Count(results[0].Parameters!.Value)} parameters" +
                $"{(preset.PaperParameters is { } paper ? $" (the paper's: {paper})" : "")}, trained on {Format.Short(results[0].Examples!.Value)} images of {data.Shape}.",
            Command = command,
            Scale = Images,
            Results = results,
            Runs = runs,
            Settings = SettingsTable.Of(preset.Name, ("model", form), ("solve", settings.Solve), ("training", settings)),
            Date = DateTimeOffset.UtcNow,
        });
        view.Say($"checkpoint: {Path.GetFullPath(Path.Combine(settings.Output, ModelFile))}");
        view.Say($"report: {report}");
    }

    /// <summary>The accuracy of a checkpoint on the validation and test splits, as at the end of its training.</summary>
    /// <exception cref="SampleException">The data are of another kind than those that it was trained on.</exception>
    public static void Evaluate(string kind, string file, string? folder, Device device, ITrainingView view)
    {
        (ImageClassifier model, TrainingCheckpoint.Opened<ImageDescription<TForm>> header) = Load(kind, file);
        using (model)
        {
            model.to(device);
            TForm form = header.Description.Form;
            ImageData data = DataOf(header.Description.Dataset, folder ?? header.Folder, form, view);
            if (data.Shape != form.Input || data.Classes != form.Classes)
            {
                throw new SampleException(
                    $"{file} was trained on images of {form.Input} in {form.Classes} classes, and {data.Name} has images of {data.Shape} in {data.Classes}: " +
                    "give the data it was trained on, or others of that kind, with --data");
            }

            view.Results([Row(header.Name, model, data) with { Examples = header.Examples }], Images);
        }
    }

    /// <summary>The model of a checkpoint, ready to evaluate.</summary>
    /// <exception cref="Data.DataFileException">The file is missing, damaged or of something else.</exception>
    public static (ImageClassifier Model, TrainingCheckpoint.Opened<ImageDescription<TForm>> Header) Load(string kind, string file) =>
        TrainingCheckpoint.LoadModel(file, kind, (ImageDescription<TForm> description) =>
        {
            ImageClassifier model = description.Form.Build();
            description.Solve.Apply(model);
            return model;
        });

    /// <summary>The data of a set, and a line about them.</summary>
    private static ImageData DataOf(ImageDataset dataset, string? folder, TForm form, ITrainingView view)
    {
        ImageData data = dataset switch
        {
            ImageDataset.FashionMnist => FashionMnist.Read(folder),
            ImageDataset.Cifar10 => Cifar10.Read(Required("the folder of CIFAR-10's binary version")),
            _ => ImageFolder.Read(Required("a folder with train/CLASS/*.ppm and val/CLASS/*.ppm"), form.Side),
        };
        view.Say(
            $"{data.Name}: {Format.Count(data.Train.Count)} images to train, {Format.Count(data.Validation.Count)} to validate, " +
            $"{Format.Count(data.Test.Count)} to test, {data.Classes} classes");
        return data;

        string Required(string what) => folder ?? throw new SampleException($"this preset needs --data: {what}");
    }

    private void Train(string model, TForm form, string file, ImageData data)
    {
        var watch = Stopwatch.StartNew();
        using var task = new ImageTask<TForm>(model, kind, form, settings, data);
        ImageClassifier classifier = task.Classifier;
        view.Say(
            $"{model}: {Format.Count(classifier.ParameterCount)} parameters{(preset.PaperParameters is { } paper && file == ModelFile ? $" (the paper's: {paper})" : "")}; " +
            $"{Format.Count(settings.TotalSteps)} steps of {settings.Batch} images");
        var plan = CheckpointPlan.Of(settings.Output, file, settings.Resume, settings.CheckpointEvery, model, view);
        var loop = new TrainingLoop(task, settings.Training, view, plan, stop);
        RunRecord? trained = null;
        view.During(() => trained = loop.Train());
        RunRecord run = trained!;

        classifier.UseStackedApplications(0);
        view.Say($"{model}: evaluating on the validation and test splits");
        results.Add(Row(model, classifier, data, stop) with
        {
            Examples = run.Steps[^1].Examples,
            ExamplesPerSecond = run.Steps[^1].Examples / run.Time.TotalSeconds,
            Time = run.TimeBefore + watch.Elapsed,
        });
        runs.Add(run);
    }

    private static ResultRow Row(string name, ImageClassifier model, ImageData data, CancellationToken stop = default)
    {
        ImageEvaluation validation = ImageEvaluation.Measure(model, data, data.Validation, stop), test = ImageEvaluation.Measure(model, data, data.Test, stop);
        return new ResultRow(name)
        {
            Parameters = model.ParameterCount,
            Validation = validation.Accuracy,
            Test = test.Accuracy,
            Evaluations = double.IsNaN(test.Evaluations) ? null : test.Evaluations,
        };
    }
}
