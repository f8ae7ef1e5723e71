using Deq.Samples.Progress;

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

    /// <summary>Where the checkpoint of an earlier training goes when one that does not go on from it writes its first.</summary>
    public string Previous => Path.ChangeExtension(File, "previous" + Path.GetExtension(File));

    /// <summary>That of a command; says so where there is nothing to go on from, as in a folder whose name is mistyped.</summary>
    /// <param name="folder">Its --out.</param>
    /// <param name="file">The checkpoint's name.</param>
    /// <param name="resume">Its --resume.</param>
    /// <param name="everySteps">Its --checkpoint-every.</param>
    /// <param name="run">What people call the model.</param>
    /// <param name="view">Where to say it.</param>
    public static CheckpointPlan Of(string folder, string file, bool resume, int everySteps, string run, ITrainingView view)
    {
        var plan = new CheckpointPlan(Path.Combine(folder, file), resume) { EverySteps = everySteps };
        if (resume && !System.IO.File.Exists(plan.File)) view.Say($"{run}: there is no checkpoint {plan.File} to go on from, so it begins at its first step");
        return plan;
    }
}
