using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>Charts that lay the trials of an evidence over each other.</summary>
internal static class TrialCharts
{
    /// <summary>As few as show a trend: many lines share a chart.</summary>
    private const int Points = 40;

    /// <summary>A quantity of the training steps, as means over equal stretches.</summary>
    public static Chart OfSteps(string id, string title, string caption, bool logarithmic, string unit, IEnumerable<TrialResult> trials, Func<StepRecord, double> quantity) =>
        new(id, title, caption, logarithmic, [.. Lines(trials, trial => Charts.Means(trial.Run.Steps, quantity, Points), "line")], unit);

    /// <summary>A quantity of the looks at the validation data.</summary>
    public static Chart OfValidations(string id, string title, string caption, bool logarithmic, string unit, IEnumerable<TrialResult> trials, Func<ValidationRecord, double> quantity, double? ceiling = null) =>
        new(id, title, caption, logarithmic, [.. Lines(trials, trial =>
        {
            ValidationRecord[] known = [.. trial.Run.Validations.Where(look => double.IsFinite(quantity(look)))];
            return ([.. known.Select(look => (double)look.Examples)], [.. known.Select(quantity)]);
        }, "points")], unit, ceiling);

    private static IEnumerable<ChartSeries> Lines(IEnumerable<TrialResult> trials, Func<TrialResult, (double[] X, double[] Y)> line, string style)
    {
        int color = 0;
        foreach (TrialResult trial in trials)
        {
            color++;
            (double[] x, double[] y) = line(trial);
            if (x.Length > 0) yield return new ChartSeries(trial.Name, color, x, y, style);
        }
    }
}
