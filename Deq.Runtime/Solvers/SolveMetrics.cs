using System.Diagnostics.Metrics;

namespace Deq.Solvers;

/// <summary>
/// The meter "Deq" of <c>System.Diagnostics.Metrics</c>, for dotnet-counters, OpenTelemetry and the like. Where nobody listens an instrument
/// costs one comparison per solve.
/// </summary>
internal static class SolveMetrics
{
    private static readonly Meter Meter = new("Deq");

    private static readonly Histogram<int> Evaluations = Meter.CreateHistogram<int>(
        "deq.solve.evaluations", "{evaluation}", "Evaluations of the cell, or vector-Jacobian products, per solve.");

    private static readonly Histogram<double> Residual = Meter.CreateHistogram<double>(
        "deq.solve.residual", "1", "The largest residual of a sample per solve, as its stop mode measures it.");

    private static readonly Counter<int> Samples = Meter.CreateCounter<int>(
        "deq.solve.samples", "{sample}", "Samples by the outcome of their solve.");

    public static void Record(SolveStatistics statistics)
    {
        if (!Evaluations.Enabled && !Residual.Enabled && !Samples.Enabled) return;
        KeyValuePair<string, object?> subject = new("deq.subject", statistics.Subject), solver = new("deq.solver", statistics.Solver);
        Evaluations.Record(statistics.Evaluations, subject, solver);
        Residual.Record(statistics.Residual, subject, solver);
        foreach (var outcome in statistics.Outcomes.GroupBy(o => o))
            Samples.Add(outcome.Count(), subject, solver, new("deq.outcome", outcome.Key.ToString()));
    }
}
