using Deq.Samples.Report;

namespace Deq.Samples.Training;

/// <summary>A training that cannot go on: the loss, a gradient or a solve is not finite, or the solves diverge.</summary>
internal sealed class TrainingFailedException(int step, string message, Exception? inner = null) : SampleException(message, inner)
{
    /// <summary>The step at which it ended, from 1; parameters are those of the step before.</summary>
    public int Step { get; } = step;

    /// <summary>The record up to there.</summary>
    public RunRecord? Run { get; init; }
}
