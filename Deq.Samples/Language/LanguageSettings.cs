using System.Text.Json.Serialization;
using Deq.Samples.Training;
using TorchSharp;

namespace Deq.Samples.Language;

/// <summary>All that decides the training of a language model.</summary>
internal sealed record LanguageSettings
{
    public ModelSettings Model { get; init; } = new();

    public SolveSettings Solve { get; init; } = new();

    /// <summary>Folder in WikiText's or the Penn Treebank's format; null for the State of the Union.</summary>
    public string? Data { get; init; }

    public string Output { get; init; } = Path.Combine("runs", "transformer");

    public int Seed { get; init; } = 1;

    /// <summary>Steps to train; null: as many as <see cref="Tokens"/> gives.</summary>
    public int? Steps { get; init; }

    public long Tokens { get; init; } = 1_500_000;

    public int Batch { get; init; } = 16;

    public double LearningRate { get; init; } = 4e-3;

    /// <summary>Share of it that the cosine leaves at the end.</summary>
    public double LastShare { get; init; } = 0.02;

    public int WarmUpSteps { get; init; } = 100;

    public double Clip { get; init; } = 1.0;

    public double WeightDecay { get; init; }

    /// <summary>Whether the decay is AdamW's, of the weights themselves, rather than part of the gradient.</summary>
    public bool Decoupled { get; init; }

    /// <summary>Weight of the Jacobian penalty.</summary>
    public double Gamma { get; init; }

    /// <summary>Weight at the last step, to which it changes linearly; null: it stays.</summary>
    public double? LastGamma { get; init; }

    /// <summary>Each step's forward limit is drawn from the limit less this to the limit.</summary>
    public int LimitSpread { get; init; }

    /// <summary>Probability that a step draws the penalty.</summary>
    public double Frequency { get; init; } = 0.25;

    /// <summary>First steps, in which the block is applied twice and back-propagated through instead of solved for.</summary>
    public int PretrainSteps { get; init; } = 100;

    /// <summary>Where to train.</summary>
    [JsonIgnore]
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>Whether to go on from the checkpoints in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>Steps between two checkpoints; 0 for one a minute.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>What the training loop is to do.</summary>
    [JsonIgnore]
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
        LimitSpread = LimitSpread,
        Frequency = Frequency,
    };

    /// <summary>Steps of the run.</summary>
    [JsonIgnore]
    public int TotalSteps => Steps ?? (int)Math.Max(1, Tokens / ((long)Batch * Model.Sequence));
}

/// <summary>A named set of settings.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Description">What it is and how long it takes.</param>
/// <param name="Settings">The settings.</param>
/// <param name="PaperParameters">The parameter count that the paper gives; null where it gives none.</param>
internal sealed record LanguagePreset(string Name, string Description, LanguageSettings Settings, string? PaperParameters = null);
