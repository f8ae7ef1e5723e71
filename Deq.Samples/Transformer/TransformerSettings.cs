using Deq.Samples.Training;
using Deq.Solvers;
using TorchSharp;

namespace Deq.Samples.Transformer;

/// <summary>Where the layer norms of the block stand.</summary>
internal enum NormPlacement
{
    /// <summary>After each residual connection, as in the first DEQ-Transformer.</summary>
    Post,

    /// <summary>Before attention and feed-forward part.</summary>
    Pre,
}

/// <summary>What the block's first residual connection adds the attention to.</summary>
internal enum FirstResidual
{
    /// <summary>The state z: the canonical block.</summary>
    State,

    /// <summary>The injected input.</summary>
    Input,
}

/// <summary>The form of the language model. It is part of a checkpoint: a model is rebuilt from it.</summary>
internal sealed record ModelSettings
{
    public int Width { get; init; } = 128;

    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward part.</summary>
    public int FeedForward { get; init; } = 512;

    /// <summary>Words that a word can look back on, itself included.</summary>
    public int Sequence { get; init; } = 64;

    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    public FirstResidual Residual { get; init; } = FirstResidual.Input;

    public bool WeightNorm { get; init; }

    /// <summary>Variational dropout inside the block, one mask a solve.</summary>
    public double Dropout { get; init; }

    /// <summary>Where the vocabulary, in order of frequency, is cut into the softmax's clusters.</summary>
    public IReadOnlyList<int> Cutoffs { get; init; } = [2000, 6000];

    /// <summary>0 for the equilibrium layer, else the number of stacked untied layers.</summary>
    public int ExplicitLayers { get; init; }
}

/// <summary>How the equilibrium is found.</summary>
internal sealed record SolveSettings
{
    public string Solver { get; init; } = "anderson";

    // Measured on the shipped corpus: half the tolerance costs a fifth more time and gives the same perplexity.
    public double Tolerance { get; init; } = 2e-2;

    public int Limit { get; init; } = 12;

    public double BackwardTolerance { get; init; } = 5e-2;

    public int BackwardLimit { get; init; } = 8;

    /// <summary>The solver of that name.</summary>
    public FixedPointSolver Create() => Solver switch
    {
        "anderson" => new Anderson(),
        "broyden" => new Broyden(),
        "picard" => new Picard(),
        _ => throw new SampleException($"there is no solver '{Solver}': take anderson, broyden or picard"),
    };
}

/// <summary>All that decides a training run.</summary>
internal sealed record TransformerSettings
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

    public int WarmUpSteps { get; init; } = 100;

    public double Clip { get; init; } = 1.0;

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

    /// <summary>Stacked layers of a twin to train after the equilibrium model; 0 for none.</summary>
    public int TwinLayers { get; init; }

    /// <summary>Where to train.</summary>
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>Whether to go on from the checkpoints in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>Steps between two checkpoints; 0 for one a minute.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>What the training loop is to do.</summary>
    public TrainingSettings Training => new()
    {
        Seed = Seed,
        Steps = TotalSteps,
        LearningRate = LearningRate,
        WarmUpSteps = WarmUpSteps,
        Clip = Clip,
        Gamma = Gamma,
        LastGamma = LastGamma,
        LimitSpread = LimitSpread,
        Frequency = Frequency,
    };

    /// <summary>Steps of the run.</summary>
    public int TotalSteps => Steps ?? (int)Math.Max(1, Tokens / ((long)Batch * Model.Sequence));
}
