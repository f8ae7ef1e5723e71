using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Tests.Samples;

/// <summary>Asks the training to stop once it has shown a step.</summary>
/// <param name="last">The step; null for never.</param>
/// <param name="stop">What the training watches.</param>
internal sealed class StoppingView(int? last, CancellationTokenSource stop) : ITrainingView
{
    public TimeSpan Interval => TimeSpan.Zero;

    public void Say(string line)
    {
    }

    public void During(Action training) => training();

    public void Show(ProgressRecord progress)
    {
        if (progress.Recent.Step == last) stop.Cancel();
    }

    public void Validated(string run, Measure measure, ValidationRecord validation)
    {
    }

    public void Results(IReadOnlyList<ResultRow> rows, Scale scale)
    {
    }
}
