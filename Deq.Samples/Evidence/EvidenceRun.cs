using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Samples.Evidence;

/// <summary>What an evidence is given: seed, size, a view, and what was kept of an earlier run of it.</summary>
/// <param name="kept">Of this evidence.</param>
/// <param name="seed">Of everything random.</param>
/// <param name="smoke">Whether seconds must do: shows that it works, and nothing else.</param>
/// <param name="view">Shows how it goes.</param>
/// <param name="stop">Ends a training after the step it is at.</param>
internal sealed class EvidenceRun(KeptResults kept, int seed, bool smoke, ITrainingView view, CancellationToken stop = default)
{
    public int Seed => seed;

    public bool Smoke => smoke;

    public KeptResults Kept => kept;

    /// <summary>Asks for an end between two batches of an evaluation.</summary>
    public CancellationToken Stop => stop;

    public void Say(string line) => view.Say(line);

    /// <summary>The result of a part, measured now or kept from before.</summary>
    /// <param name="key">Names the part.</param>
    /// <param name="settings">Everything that decides its result, the seed apart.</param>
    /// <param name="measure">Measures it.</param>
    public T Part<T>(string key, object settings, Func<T> measure) => Part(key, settings, _ => measure());

    /// <summary>Trains, going on from where an interrupted run of the same stood. A training that fails is a finding: its record ends there.</summary>
    /// <param name="task">A model with its data, made anew.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="path">What <see cref="Part{T}(string, object, Func{string, T})"/> gave.</param>
    public TrainedRun Train(TrainingTask task, TrainingSettings settings, string path)
    {
        var loop = new TrainingLoop(task, settings, view, new CheckpointPlan(path + ".deq", Resume: true), stop);
        TrainedRun? trained = null;
        view.During(() =>
        {
            try
            {
                trained = new TrainedRun(loop.Train(), null);
            }
            catch (TrainingFailedException failure) when (failure.Run is not null)
            {
                trained = new TrainedRun(failure.Run, failure.Message);
            }
        });
        return trained!;
    }

    public T Part<T>(string key, object settings, Func<string, T> measure)
    {
        if (stop.IsCancellationRequested) throw new TrainingInterruptedException($"stopped before '{key}'; {GoesOn}");
        try
        {
            return kept.Keep(key, new { seed, smoke, settings }, path =>
            {
                view.Say(key);
                return measure(path);
            });
        }
        catch (SampleException exception) when (stop.IsCancellationRequested)
        {
            // A training or an evaluation that was stopped, or a process of this part, which the terminal ends at Ctrl-C as well.
            throw new TrainingInterruptedException($"stopped in '{key}'; {GoesOn}", exception);
        }
    }

    private const string GoesOn = "the same command goes on where it was";
}

/// <summary>A training of an evidence.</summary>
/// <param name="Run">Its record, up to the failure where it failed.</param>
/// <param name="Failure">Why it ended early; null where it did not.</param>
internal sealed record TrainedRun(RunRecord Run, string? Failure);
