namespace Deq.Samples.Report;

/// <summary>What one training step was like. Quantities that a model does not have are NaN.</summary>
internal sealed record StepRecord
{
    /// <summary>From 1.</summary>
    public required int Step { get; init; }

    /// <summary>Tokens trained on until now.</summary>
    public required long Tokens { get; init; }

    /// <summary>Mean cross-entropy in nats per word.</summary>
    public required double Loss { get; init; }

    public double Perplexity => Math.Exp(Loss);

    /// <summary>Evaluations of the cell in the forward solve.</summary>
    public double ForwardEvaluations { get; init; } = double.NaN;

    /// <summary>Vector-Jacobian products in the adjoint solve.</summary>
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

    public double TokensPerSecond { get; init; } = double.NaN;
}

/// <summary>Perplexity on the validation split after so many steps.</summary>
internal sealed record ValidationRecord(int Step, long Tokens, double Perplexity);

/// <summary>The training of one model, from the first step to the last.</summary>
internal sealed record RunRecord(string Name, IReadOnlyList<StepRecord> Steps, IReadOnlyList<ValidationRecord> Validations)
{
    /// <summary>Time spent on the steps, validation not counted.</summary>
    public TimeSpan Time { get; init; }
}

/// <summary>One line of the table of results. What does not apply is null.</summary>
internal sealed record ResultRow(string Model)
{
    /// <summary>All parameters.</summary>
    public long? Parameters { get; init; }

    /// <summary>Those outside embedding and softmax.</summary>
    public long? BodyParameters { get; init; }

    public double? Validation { get; init; }

    public required double Test { get; init; }

    /// <summary>Tokens trained on.</summary>
    public long? Tokens { get; init; }

    public double? TokensPerSecond { get; init; }

    /// <summary>Evaluations of the cell per batch of the test split.</summary>
    public double? Evaluations { get; init; }

    public TimeSpan? Time { get; init; }
}

/// <summary>Everything that a report shows.</summary>
internal sealed record ReportContent
{
    public required string Title { get; init; }

    /// <summary>One sentence on what was trained on what.</summary>
    public required string Subtitle { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public required string Command { get; init; }

    public required IReadOnlyList<ResultRow> Results { get; init; }

    public required IReadOnlyList<RunRecord> Runs { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Text drawn from the trained model.</summary>
    public string? Sample { get; init; }

    public required DateTimeOffset Date { get; init; }
}
