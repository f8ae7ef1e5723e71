using Deq.Samples.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Images;

/// <summary>From what an image model and its data are rebuilt.</summary>
internal sealed record ImageDescription<TForm>
{
    public required TForm Form { get; init; }

    public required SolveSettings Solve { get; init; }

    public required ImageDataset Dataset { get; init; }

    public string? Data { get; init; }

    public required string DataName { get; init; }

    public required int Batch { get; init; }

    public required Augmentation Augmentation { get; init; }

    public required ImageOptimizer Optimizer { get; init; }

    public required double WeightDecay { get; init; }

    public required int PretrainSteps { get; init; }

    public required int PretrainLayers { get; init; }
}

/// <summary>An image classifier in training. A batch follows from seed and step alone, so there is no position to save.</summary>
internal sealed class ImageTask<TForm>(
    string name, string kind, ImageClassifier model, ImageDescription<TForm> description, ImageData data, int seed) : TrainingTask
{
    private const double Momentum = 0.9;

    /// <summary>Images at which the spectral radius is measured.</summary>
    private const int ProbedImages = 8;

    public override string Name => name;

    public override string Kind => kind;

    public override nn.Module Model => model;

    public override Measure Measure => Measure.Accuracy;

    public override string Unit => "images";

    public override object Description => description;

    public override OptimizerHelper CreateOptimizer(double learningRate) => description.Optimizer switch
    {
        ImageOptimizer.Sgd => optim.SGD(model.parameters(), learningRate, Momentum, weight_decay: description.WeightDecay, nesterov: true),
        ImageOptimizer.AdamW => optim.AdamW(model.parameters(), learningRate, weight_decay: description.WeightDecay),
        _ => optim.Adam(model.parameters(), learningRate, weight_decay: description.WeightDecay),
    };

    public override bool Solves(int step) => !model.IsEquilibrium || step > description.PretrainSteps;

    public override BatchLoss NextBatch(int step)
    {
        model.UseStackedApplications(step <= description.PretrainSteps ? description.PretrainLayers : 0);
        (Tensor images, Tensor labels) = ImageBatches.Training(data, description.Batch, seed, step - 1, description.Augmentation).ToTensors();
        Tensor logits = model.call(images);
        double right = logits.argmax(1).eq(labels).sum().ToInt64();
        return new BatchLoss(nn.functional.cross_entropy(logits, labels), description.Batch, right / description.Batch);
    }

    public override double Evaluate() => ImageEvaluation.Measure(model, data, data.Validation).Accuracy;

    public override Action? Probe => data.Validation.Count == 0 || !model.SolvesImplicitly ? null : () =>
    {
        using DisposeScope scope = NewDisposeScope();
        model.call(ImageBatches.Once(data, data.Validation.Slice(0, Math.Min(ProbedImages, data.Validation.Count)), ProbedImages).First().ToTensors().Images);
    };

    public override void SaveState(BinaryWriter writer)
    {
    }

    public override void LoadState(BinaryReader reader)
    {
    }
}
