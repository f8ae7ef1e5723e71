using System.Text.Json.Serialization;
using Deq.Samples.Training;
using TorchSharp;

namespace Deq.Samples.Images;

/// <summary>Which data a model is for.</summary>
internal enum ImageDataset
{
    FashionMnist,
    Cifar10,
    ImageFolder,
}

/// <summary>Which optimiser trains.</summary>
internal enum ImageOptimizer
{
    Adam,
    AdamW,

    /// <summary>With Nesterov's momentum of 0.9.</summary>
    Sgd,
}

/// <summary>All that decides the training of an image model, its form apart.</summary>
internal sealed record ImageSettings
{
    public ImageDataset Dataset { get; init; } = ImageDataset.FashionMnist;

    /// <summary>Folder of the data; null for the standard places.</summary>
    public string? Data { get; init; }

    public required string Output { get; init; }

    public SolveSettings Solve { get; init; } = new() { Tolerance = 1e-2, Limit = 8, BackwardTolerance = 1e-2, BackwardLimit = 6 };

    public int Seed { get; init; } = 1;

    /// <summary>Steps to train; null: as many as <see cref="Images"/> gives.</summary>
    public int? Steps { get; init; }

    /// <summary>Images to train on, repetitions counted.</summary>
    public required long Images { get; init; }

    public int Batch { get; init; } = 32;

    public ImageOptimizer Optimizer { get; init; } = ImageOptimizer.AdamW;

    public double LearningRate { get; init; } = 2e-3;

    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Share of it that the cosine leaves at the end.</summary>
    public double LastShare { get; init; } = 0.02;

    public int WarmUpSteps { get; init; } = 100;

    /// <summary>Largest norm of the gradient.</summary>
    public double Clip { get; init; } = 5;

    public double Gamma { get; init; }

    /// <summary>Gamma at the end, to which it grows; null: it stays.</summary>
    public double? LastGamma { get; init; }

    public double Frequency { get; init; } = 1;

    public Augmentation Augmentation { get; init; }

    /// <summary>First steps, with stacked applications instead of a solve.</summary>
    public int PretrainSteps { get; init; }

    /// <summary>Stacked applications of these steps.</summary>
    public int PretrainLayers { get; init; } = 2;

    /// <summary>Where to train.</summary>
    [JsonIgnore]
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>Whether to go on from the checkpoints in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>Steps between two checkpoints; 0 for one a minute.</summary>
    public int CheckpointEvery { get; init; }

    public int TotalSteps => Steps ?? (int)Math.Max(1, Images / Batch);

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public void Check()
    {
        if (Dataset == ImageDataset.ImageFolder && Augmentation == Augmentation.ShiftAndFlip)
            throw new SampleException("--augment shift is for images of one size, and those of a folder have any: take crop or none");
    }

    public TrainingSettings Training => new()
    {
        Seed = Seed,
        Steps = TotalSteps,
        LearningRate = LearningRate,
        LastShare = LastShare,
        WarmUpSteps = WarmUpSteps,
        Clip = Clip,
        Gamma = Gamma,
        LastGamma = LastGamma,
        Frequency = Frequency,
    };
}
