using Deq.Samples.Training;

namespace Deq.Samples.Report;

/// <summary>Chooses the charts of a report: one per quantity, with a line per run, and none for a quantity that no run has.</summary>
internal static class Charts
{
    /// <summary>A chart a few hundred pixels wide shows no more points than these; single batches are noisy, so each stands for a mean.</summary>
    private const int MostPoints = 240;

    /// <summary>The first steps start at the vocabulary's size, which says nothing about the model.</summary>
    private const double PerplexityCeiling = 2000;

    public static IReadOnlyList<Chart> Of(ReportContent content)
    {
        (Measure measure, string unit) = content.Scale;
        string name = char.ToUpperInvariant(measure.Name[0]) + measure.Name[1..];
        bool words = measure == Measure.Perplexity;
        Chart[] all =
        [
            Of(measure.Name.Replace(' ', '-'), name, $"{measure.Caption}; marks: a part of the validation data{(HasBaseline(content) ? ", dashed: what was not trained by gradients, on the test data" : "")}",
                measure.Logarithmic, [.. Scores(content)], words ? PerplexityCeiling : null),
            Of("loss", "Training loss", words ? "cross-entropy in nats per word, mean over neighbouring batches" : "mean over neighbouring batches", false,
                Lines(content, (null, step => step.Loss))),
            Of("evaluations", "Function evaluations", "per step: of the cell forward, vector-Jacobian products backward", false,
                Lines(content, ("forward", step => step.ForwardEvaluations), ("backward", step => step.BackwardEvaluations))),
            Of("residual", "Residual", "relative, at the end of the solve, logarithmic", true,
                Lines(content, ("forward", step => step.ForwardResidual), ("backward", step => step.BackwardResidual))),
            Of("radius", "Spectral radius", "of the Jacobian at the equilibrium, the largest of a few samples", false, [.. Radii(content)]),
            Of("penalty", "Jacobian penalty", "gamma ||J||² / d where one was drawn, logarithmic", true,
                Lines(content, (null, step => step.Penalty))),
            Of("gradient", "Gradient norm", "of all parameters before clipping, logarithmic", true,
                Lines(content, (null, step => step.GradientNorm))),
            Of("memory", "Memory", "of the process, in MiB", false,
                Lines(content, (null, step => step.Memory))),
            Of("time", "Time", "minutes of training, evaluation not counted", false,
                Lines(content, (null, step => step.Seconds / 60))),
            Of("speed", $"{char.ToUpperInvariant(unit[0])}{unit[1..]} per second", "training steps, evaluation not counted", false,
                Lines(content, (null, step => step.ExamplesPerSecond))),
        ];
        return [.. all.Select(Finite).Where(chart => chart.Series.Count > 0)];

        Chart Of(string id, string title, string caption, bool logarithmic, ChartSeries[] series, double? ceiling = null) =>
            new(id, title, caption, logarithmic, series, unit, ceiling);
    }

    /// <summary>A model gone astray has an infinite perplexity: no chart shows it, and JSON cannot say it.</summary>
    private static Chart Finite(Chart chart) => chart with
    {
        Series =
        [
            .. from series in chart.Series
               let points = series.X.Zip(series.Y).Where(point => double.IsFinite(point.First) && double.IsFinite(point.Second)).ToArray()
               where points.Length > 0
               select series with { X = [.. points.Select(point => point.First)], Y = [.. points.Select(point => point.Second)] },
        ],
    };

    private static bool HasBaseline(ReportContent content) => content.Results.Any(row => row.Parameters is null);

    private static IEnumerable<ChartSeries> Scores(ReportContent content)
    {
        Measure measure = content.Scale.Measure;
        int color = 1;
        foreach (RunRecord run in content.Runs)
        {
            // Means are taken of the losses: the exponential of a mean is the perplexity of many batches, the mean of exponentials is not.
            bool ofLoss = measure.OfLoss is not null;
            (double[] x, double[] y) = Means(run.Steps, ofLoss ? step => step.Loss : step => step.Score);
            if (x.Length > 0) yield return new ChartSeries($"{run.Name}, training", color, x, ofLoss ? [.. y.Select(measure.OfLoss!)] : y);
            color++;
            if (run.Validations.Count > 0)
            {
                yield return new ChartSeries(
                    $"{run.Name}, validation", color,
                    [.. run.Validations.Select(point => (double)point.Examples)], [.. run.Validations.Select(point => point.Score)], "points");
            }

            color++;
        }

        double last = content.Runs.SelectMany(run => run.Steps).Select(step => (double)step.Examples).DefaultIfEmpty(0).Max();
        foreach (ResultRow baseline in content.Results.Where(row => row.Parameters is null))
            yield return new ChartSeries(baseline.Model, color++, [0, last], [baseline.Test, baseline.Test], "level");
    }

    private static IEnumerable<ChartSeries> Radii(ReportContent content)
    {
        int color = 0;
        foreach (RunRecord run in content.Runs)
        {
            color++;
            ValidationRecord[] measured = [.. run.Validations.Where(point => double.IsFinite(point.SpectralRadius))];
            if (measured.Length > 0) yield return new ChartSeries(run.Name, color, [.. measured.Select(point => (double)point.Examples)], [.. measured.Select(point => point.SpectralRadius)], "points");
        }
    }

    private static ChartSeries[] Lines(ReportContent content, params (string? Name, Func<StepRecord, double> Value)[] quantities)
    {
        var lines = new List<ChartSeries>();
        int color = 0;
        foreach (RunRecord run in content.Runs)
        {
            foreach ((string? name, Func<StepRecord, double> value) in quantities)
            {
                color++;
                (double[] x, double[] y) = Means(run.Steps, value);
                if (x.Length == 0) continue;
                string label = name is null ? run.Name : content.Runs.Count == 1 ? name : $"{run.Name}, {name}";
                lines.Add(new ChartSeries(label, color, x, y));
            }
        }

        return [.. lines];
    }

    /// <summary>Means over equal stretches of the steps that have the quantity.</summary>
    public static (double[] X, double[] Y) Means(IReadOnlyList<StepRecord> steps, Func<StepRecord, double> value, int points = MostPoints)
    {
        StepRecord[] known = [.. steps.Where(step => double.IsFinite(value(step)))];
        int stretch = Math.Max(1, (known.Length + points - 1) / points);
        StepRecord[][] stretches = [.. known.Chunk(stretch)];
        return ([.. stretches.Select(chunk => (double)chunk[^1].Examples)], [.. stretches.Select(chunk => chunk.Average(value))]);
    }
}
