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
        Chart[] all =
        [
            new("perplexity", "Perplexity", "per word, logarithmic; marks: the beginning of the validation split, dashed: the count models on the test split",
                true, [.. Perplexities(content)], PerplexityCeiling),
            new("loss", "Training loss", "cross-entropy in nats per word, mean over neighbouring batches", false,
                Lines(content, (null, step => step.Loss))),
            new("evaluations", "Function evaluations", "per solve: of the cell forward, vector-Jacobian products backward", false,
                Lines(content, ("forward", step => step.ForwardEvaluations), ("backward", step => step.BackwardEvaluations))),
            new("residual", "Residual", "relative, at the end of the solve, logarithmic", true,
                Lines(content, ("forward", step => step.ForwardResidual), ("backward", step => step.BackwardResidual))),
            new("speed", "Tokens per second", "training steps, evaluation not counted", false,
                Lines(content, (null, step => step.TokensPerSecond))),
            new("gradient", "Gradient norm", "of all parameters before clipping, logarithmic", true,
                Lines(content, (null, step => step.GradientNorm))),
            new("penalty", "Jacobian penalty", "gamma ||J||² / d where one was drawn, logarithmic", true,
                Lines(content, (null, step => step.Penalty))),
        ];
        return [.. all.Where(chart => chart.Series.Count > 0)];
    }

    private static IEnumerable<ChartSeries> Perplexities(ReportContent content)
    {
        int color = 1;
        foreach (RunRecord run in content.Runs)
        {
            (double[] x, double[] y) = Means(run.Steps, step => step.Loss);
            if (x.Length > 0) yield return new ChartSeries($"{run.Name}, training", color, x, [.. y.Select(Math.Exp)]);
            color++;
            if (run.Validations.Count > 0)
            {
                yield return new ChartSeries(
                    $"{run.Name}, validation", color,
                    [.. run.Validations.Select(point => (double)point.Tokens)], [.. run.Validations.Select(point => point.Perplexity)], "points");
            }

            color++;
        }

        double last = content.Runs.SelectMany(run => run.Steps).Select(step => (double)step.Tokens).DefaultIfEmpty(0).Max();
        foreach (ResultRow baseline in content.Results.Where(row => row.Parameters is null))
            yield return new ChartSeries(baseline.Model, color++, [0, last], [baseline.Test, baseline.Test], "level");
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
    private static (double[] X, double[] Y) Means(IReadOnlyList<StepRecord> steps, Func<StepRecord, double> value)
    {
        StepRecord[] known = [.. steps.Where(step => double.IsFinite(value(step)))];
        int stretch = Math.Max(1, (known.Length + MostPoints - 1) / MostPoints);
        StepRecord[][] stretches = [.. known.Chunk(stretch)];
        return ([.. stretches.Select(chunk => (double)chunk[^1].Tokens)], [.. stretches.Select(chunk => chunk.Average(value))]);
    }
}
