using Deq.Samples.Report;

namespace Deq.Samples.Progress;

/// <summary>Where a training stands.</summary>
/// <param name="Run">The model being trained.</param>
/// <param name="Phase">What it is doing, for instance <c>pre-training</c>.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Recent">Means over the steps since the last record; its step and tokens are the latest.</param>
/// <param name="Left">Expected time until the last step.</param>
internal sealed record ProgressRecord(string Run, string Phase, int Steps, StepRecord Recent, TimeSpan Left)
{
    /// <summary>What loss and speed are of.</summary>
    public Scale Scale { get; init; } = Scale.Words;
}
