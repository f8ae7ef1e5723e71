namespace Deq.Samples.Report;

/// <summary>What one training step was like. Quantities that a model does not have are NaN.</summary>
internal sealed record StepRecord
{
    /// <summary>From 1.</summary>
    public required int Step { get; init; }

    /// <summary>Tokens, images or pairs trained on until now.</summary>
    public required long Examples { get; init; }

    /// <summary>The batch's mean loss, the penalty not in it.</summary>
    public required double Loss { get; init; }

    /// <summary>The batch on the scale of the model's measure, where the loss does not tell it.</summary>
    public double Score { get; init; } = double.NaN;

    /// <summary>Evaluations of the cell in the forward solves.</summary>
    public double ForwardEvaluations { get; init; } = double.NaN;

    /// <summary>Vector-Jacobian products in the adjoint solves.</summary>
    public double BackwardEvaluations { get; init; } = double.NaN;

    /// <summary>Relative residual of the forward solve, mean over the batch.</summary>
    public double ForwardResidual { get; init; } = double.NaN;

    /// <summary>Relative residual of the adjoint solve, mean over the batch.</summary>
    public double BackwardResidual { get; init; } = double.NaN;

    /// <summary>The Jacobian penalty where one was drawn.</summary>
    public double Penalty { get; init; } = double.NaN;

    /// <summary>Norm of the whole gradient before clipping.</summary>
    public double GradientNorm { get; init; } = double.NaN;

    public double LearningRate { get; init; } = double.NaN;

    public double ExamplesPerSecond { get; init; } = double.NaN;

    /// <summary>Seconds of training until now, looks at the validation data not counted.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary>Memory of the process, in MiB.</summary>
    public double Memory { get; init; } = double.NaN;

    /// <summary>All quantities in a fixed order, for a file.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Step);
        writer.Write(Examples);
        foreach (double value in (ReadOnlySpan<double>)
            [Loss, Score, ForwardEvaluations, BackwardEvaluations, ForwardResidual, BackwardResidual, Penalty, GradientNorm, LearningRate, ExamplesPerSecond, Seconds, Memory])
        {
            writer.Write(value);
        }
    }

    // Initialisers run in the order in which they are written: the order of Save.
    public static StepRecord Load(BinaryReader reader) => new()
    {
        Step = reader.ReadInt32(),
        Examples = reader.ReadInt64(),
        Loss = reader.ReadDouble(),
        Score = reader.ReadDouble(),
        ForwardEvaluations = reader.ReadDouble(),
        BackwardEvaluations = reader.ReadDouble(),
        ForwardResidual = reader.ReadDouble(),
        BackwardResidual = reader.ReadDouble(),
        Penalty = reader.ReadDouble(),
        GradientNorm = reader.ReadDouble(),
        LearningRate = reader.ReadDouble(),
        ExamplesPerSecond = reader.ReadDouble(),
        Seconds = reader.ReadDouble(),
        Memory = reader.ReadDouble(),
    };
}
