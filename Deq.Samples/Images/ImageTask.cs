using Deq.Samples.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Images;

/// <summary>From what an image model and its data are rebuilt.</summary>
internal sealed record ImageDescription<TForm> : IModelDescription
    where TForm : IImageForm<TForm>
{
    public required TForm Form { get; init; }

    public required SolveSettings Solve { get; init; }

    public required ImageDataset Dataset { get; init; }

    public required int Batch { get; init; }

    public required Augmentation Augmentation { get; init; }

    public required ImageOptimizer Optimizer { get; init; }

    public required double WeightDecay { get; init; }

    public required int PretrainSteps { get; init; }

    public required int PretrainLayers { get; init; }

    public double LeastParameters() => Form.LeastParameters();

    public void Check()
    {
        // What stands in the place of a type parameter is not checked for null when it is read.
        if (Form is null) throw new SampleException("it does not say the form of its model");
        Form.Check();
        Solve.Check();
    }
}

/// <summary>An image classifier in training. A batch follows from seed and step alone, so there is no position to save.</summary>
internal sealed class ImageTask<TForm> : TrainingTask
    where TForm : IImageForm<TForm>
{
    private const double Momentum = 0.9;

    /// <summary>Images at which the spectral radius is measured.</summary>
    private const int ProbedImages = 8;

    private readonly ImageClassifier model;
    private readonly ImageDescription<TForm> description;
    private readonly ImageData data;
    private readonly int seed;
    private readonly Device device;

    /// <param name="name">What people call the model.</param>
    /// <param name="kind">What the program calls it.</param>
    /// <param name="form">The model, which is built here: the seed is set before.</param>
    /// <param name="settings">How to train it.</param>
    /// <param name="data">On what.</param>
    public ImageTask(string name, string kind, TForm form, ImageSettings settings, ImageData data)
    {
        (Name, Kind, this.data, seed, device) = (name, kind, data, settings.Seed, settings.Device);
        manual_seed(seed);
        model = form.Build().to(device);
        settings.Solve.Apply(model);
        description = new ImageDescription<TForm>
        {
            Form = form,
            Solve = settings.Solve,
            Dataset = settings.Dataset,
            Batch = settings.Batch,
            Augmentation = settings.Augmentation,
            Optimizer = settings.Optimizer,
            WeightDecay = settings.WeightDecay,
            PretrainSteps = model.IsEquilibrium ? settings.PretrainSteps : 0,
            PretrainLayers = settings.PretrainLayers,
        };
        Data = new TrainingData(settings.Data is { } folder ? Path.GetFullPath(folder) : null, data.Digest());
    }

    public override string Name { get; }

    public override string Kind { get; }

    public ImageClassifier Classifier => model;

    public override nn.Module Model => model;

    public override Measure Measure => Measure.Accuracy;

    public override string Unit => "images";

    public override object Description => description;

    public override TrainingData Data { get; }

    public override OptimizerHelper CreateOptimizer(double learningRate) => description.Optimizer switch
    {
        ImageOptimizer.Sgd => optim.SGD(model.parameters(), learningRate, Momentum, weight_decay: description.WeightDecay, nesterov: true),
        ImageOptimizer.AdamW => optim.AdamW(model.parameters(), learningRate, weight_decay: description.WeightDecay),
        _ => optim.Adam(model.parameters(), learningRate, weight_decay: description.WeightDecay),
    };

    public override int PretrainSteps => description.PretrainSteps;

    public override BatchLoss NextBatch(int step)
    {
        model.UseStackedApplications(Solves(step) ? 0 : description.PretrainLayers);
        (Tensor images, Tensor labels) = ImageBatches.Training(data, description.Batch, seed, step - 1, description.Augmentation).ToTensors(device);
        Tensor logits = model.call(images);
        double right = logits.argmax(1).eq(labels).sum().ToInt64();
        return new BatchLoss(nn.functional.cross_entropy(logits, labels), description.Batch, right / description.Batch);
    }

    public override double Evaluate() => ImageEvaluation.Measure(model, data, data.Validation).Accuracy;

    public override Action? Probe => data.Validation.Count == 0 || !model.SolvesNow ? null : () =>
    {
        using DisposeScope scope = NewDisposeScope();
        model.call(ImageBatches.Once(data, data.Validation.Slice(0, Math.Min(ProbedImages, data.Validation.Count)), ProbedImages).First().ToTensors(device).Images);
    };

    public override void SaveState(BinaryWriter writer)
    {
    }

    public override void LoadState(BinaryReader reader)
    {
    }
}
