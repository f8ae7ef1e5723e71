namespace Deq.Samples.Training;

/// <summary>Somebody asked the training to stop, and it did, after the step it was at and after writing its checkpoint.</summary>
internal sealed class TrainingInterruptedException(string message, Exception? inner = null) : SampleException(message, inner)
{
    /// <summary>What a shell takes for "ended by Ctrl-C": 128 + SIGINT.</summary>
    public const int ExitCode = 130;

    /// <summary>Ends an evaluation that follows a training, between two batches.</summary>
    /// <exception cref="TrainingInterruptedException">Somebody asked for it.</exception>
    public static void ThrowWhileEvaluating(CancellationToken stop)
    {
        if (stop.IsCancellationRequested) throw new TrainingInterruptedException("stopped while evaluating; the training is done and its checkpoint holds it: the same command with --resume evaluates it");
    }
}
