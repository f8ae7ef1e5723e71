using System.Text.Json.Serialization;
using Deq.Samples.Language;
using Deq.Samples.Training;
using Deq.Samples.Trellis;
using static TorchSharp.torch;

namespace Deq.Samples.CopyMemory;

/// <summary>The form of a model of the copy-memory task. It is part of a checkpoint.</summary>
internal sealed record CopyForm
{
    /// <summary>The body; its width is that of the symbols' vectors.</summary>
    public required ModelSettings Body { get; init; }

    /// <summary>Width of an LSTM in the body's place; 0 for none.</summary>
    public int Lstm { get; init; }

    [JsonIgnore]
    public bool IsEquilibrium => Lstm == 0 && Body.IsEquilibrium;
}

/// <summary>All that decides a run of <c>copy-memory train</c>.</summary>
internal sealed record CopySettings
{
    public required ModelSettings Body { get; init; }

    public SolveSettings Solve { get; init; } = new() { Tolerance = 1e-3, Limit = 20, BackwardTolerance = 1e-3, BackwardLimit = 20 };

    /// <summary>For how long the symbols are kept.</summary>
    public int Delay { get; init; } = 30;

    /// <summary>Different sequences to train on.</summary>
    public int TrainSequences { get; init; } = 20_000;

    public int TestSequences { get; init; } = 2_000;

    public int Steps { get; init; } = 800;

    public int Batch { get; init; } = 32;

    public double LearningRate { get; init; } = 1e-2;

    public double Clip { get; init; } = 1;

    /// <summary>Weight of the Jacobian penalty.</summary>
    public double Gamma { get; init; }

    public double Frequency { get; init; } = 0.4;

    /// <summary>First steps with two stacked applications instead of a solve.</summary>
    public int PretrainSteps { get; init; } = 50;

    public int Seed { get; init; } = 1;

    public string Output { get; init; } = Path.Combine("runs", "copy-memory");

    public bool Resume { get; init; }

    public int CheckpointEvery { get; init; }

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public void Check()
    {
        Body.Check();
        Solve.Check();
        if (Batch > TrainSequences) throw new SampleException($"--batch {Batch} is more than the {TrainSequences} sequences to train on");
        if (Body.Trellis is { Dilation: var dilation } && (Delay + CopySequences.Symbols) % dilation != 0)
        {
            throw new SampleException(
                $"--dilation {dilation} cannot do --delay {Delay}: a position of the TrellisNet knows those a whole number of dilations before it, and each symbol is said " +
                $"{Delay + CopySequences.Symbols} positions later. Take a divisor of that, or --dilation 1");
        }
    }

    [JsonIgnore]
    public Device Device { get; init; } = CPU;

    [JsonIgnore]
    public TrainingSettings Training => new()
    {
        Seed = Seed,
        Steps = Steps,
        LearningRate = LearningRate,
        WarmUpSteps = Math.Min(100, Steps / 10),
        Clip = Clip,
        Gamma = Gamma,
        Frequency = Frequency,
    };
}

/// <summary>The presets of <c>copy-memory</c>, for each architecture.</summary>
internal static class CopyPresets
{
    public const string Trellis = "trellis", Transformer = "transformer";

    /// <summary>
    /// A delay that both learn in minutes on two cores. The Transformer's relative positions can point back at it; the TrellisNet's dilation
    /// divides the delay + 10, so that a few hops lead there, and its forget gates begin open, so that what it is told lasts as long.
    /// </summary>
    public static CopySettings Quick(string architecture) => architecture == Trellis
        ? new()
        {
            Body = new ModelSettings { Width = 24, Reach = 0, Trellis = new TrellisSettings { Hidden = 32, Dilation = 10, ForgetBias = 4 }, WeightNorm = true },
            // Two applications reach back two hops and teach it nothing.
            PretrainSteps = 0,
            LearningRate = 2e-2,
        }
        : new() { Body = new ModelSettings { Width = 32, Heads = 4, FeedForward = 96, Reach = 0 } };

    /// <summary>The same without dilation: one position a hop, so that a solve takes as many evaluations as a sequence has positions.</summary>
    public static CopySettings Undilated(CopySettings settings)
    {
        int positions = settings.Delay + 2 * CopySequences.Symbols;
        return settings with
        {
            Body = settings.Body with { Trellis = settings.Body.Trellis! with { Dilation = 1 } },
            Solve = settings.Solve with { Limit = positions, BackwardLimit = positions },
        };
    }

    /// <summary>The DEQ paper's delay of 400, with 14 to 16 thousand parameters.</summary>
    public static CopySettings Paper(string architecture)
    {
        CopySettings quick = Quick(architecture);
        return quick with
        {
            Delay = 400,
            Steps = 20_000,
            LearningRate = 5e-3,
            // Ten hops.
            Body = quick.Body.Trellis is { } form ? quick.Body with { Trellis = form with { Dilation = 41 } } : quick.Body,
            Output = Path.Combine("runs", "copy-memory-400"),
        };
    }
}
