using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>Cells of the tables that compare trials, each written alike wherever it stands.</summary>
internal static class TrialCells
{
    /// <summary>Of a trial whose first finding is a perplexity.</summary>
    public static string Perplexity(TrialResult trial) => trial.Failure is null ? Format.Perplexity(trial.At(0)) : "failed";

    /// <summary>Forward and backward, at the end of the training.</summary>
    public static string Evaluations(TrialResult trial) =>
        $"{Format.Decimal(trial.AtTheEnd(step => step.ForwardEvaluations))}, {Format.Decimal(trial.AtTheEnd(step => step.BackwardEvaluations))}";

    /// <summary>At the end of the training.</summary>
    public static string Radius(TrialResult trial) => Format.Decimal(trial.LastRadius, "0.00");

    /// <summary>Tokens, images or sequences per second of a processor.</summary>
    public static string Speed(TrialResult trial) => Format.Count((long)trial.ExamplesPerSecond);
}
