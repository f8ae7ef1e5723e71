namespace Deq.Samples.Training;

/// <summary>Somebody asked the training to stop, and it did, after the step it was at and after writing its checkpoint.</summary>
internal sealed class TrainingInterruptedException(string message) : SampleException(message)
{
    /// <summary>What a shell takes for "ended by Ctrl-C": 128 + SIGINT.</summary>
    public const int ExitCode = 130;
}
