using System.Runtime.InteropServices;

namespace Deq.Samples.Training;

/// <summary>
/// Turns the first Ctrl-C, and the first request of the system to end, into a token that trainings watch between steps.
/// The second Ctrl-C ends the program as usual.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly TextWriter output;
    private readonly PosixSignalRegistration[] signals;

    /// <param name="output">Told at once that the request has come: a step, or the reading of data, may take minutes to its end.</param>
    public StopRequest(TextWriter output)
    {
        this.output = output;
        signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in signals) signal.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (source.IsCancellationRequested) return;
        context.Cancel = true;
        source.Cancel();
        // After a hang-up there is no terminal to write to.
        if (context.Signal == PosixSignal.SIGINT) output.WriteLine("stopping at the end of this step; Ctrl-C again ends at once, and what is not saved is lost");
    }
}
