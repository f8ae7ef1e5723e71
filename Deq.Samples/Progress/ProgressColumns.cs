using Deq.Samples.Report;

namespace Deq.Samples.Progress;

/// <summary>The quantities that progress shows: names, and how each is written.</summary>
internal static class ProgressColumns
{
    public static IReadOnlyList<string> Names(Scale scale) =>
        ["step", "loss", scale.Measure.Short, $"{scale.Unit}/s", "f evals", "b evals", "residual", "penalty", "left"];

    public static IReadOnlyList<string> Cells(ProgressRecord progress)
    {
        StepRecord recent = progress.Recent;
        return
        [
            $"{recent.Step}/{progress.Steps}",
            Format.Decimal(recent.Loss, "0.000"),
            progress.Scale.Measure.Write(progress.Scale.Measure.Of(recent)),
            Format.Decimal(recent.ExamplesPerSecond, "#,0"),
            Format.Decimal(recent.ForwardEvaluations),
            Format.Decimal(recent.BackwardEvaluations),
            Format.Small(recent.ForwardResidual),
            Format.Small(recent.Penalty),
            Format.Duration(progress.Left),
        ];
    }
}
