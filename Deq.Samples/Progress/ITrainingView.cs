using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Samples.Progress;

/// <summary>Shows a person how a training goes.</summary>
internal interface ITrainingView
{
    /// <summary>How often there is something new to show.</summary>
    TimeSpan Interval { get; }

    /// <summary>One line to be read as it comes: what is being done, what was found.</summary>
    void Say(string line);

    /// <summary>Runs a training during which <see cref="Show"/> and <see cref="Validated"/> are called.</summary>
    void During(Action training);

    void Show(ProgressRecord progress);

    void Validated(string run, Measure measure, ValidationRecord validation);

    /// <summary>The table at the end.</summary>
    void Results(IReadOnlyList<ResultRow> rows, Scale scale);
}
