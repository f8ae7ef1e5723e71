namespace Deq.Samples.Training;

/// <summary>Where and when a training saves itself.</summary>
/// <param name="File">The checkpoint, written anew each time and at the end.</param>
/// <param name="Resume">Whether to go on from the file if it is there.</param>
internal sealed record CheckpointPlan(string File, bool Resume = false)
{
    /// <summary>Time between two checkpoints.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Steps between two checkpoints, whatever the time; 0 leaves it to the time.</summary>
    public int EverySteps { get; init; }
}
