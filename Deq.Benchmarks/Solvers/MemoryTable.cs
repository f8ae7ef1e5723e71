using Deq.Solvers;

namespace Deq.Benchmarks.Solvers;

/// <summary>Peak memory of a training step above what the process holds between steps.</summary>
internal static class MemoryTable
{
    private const int Few = 8, Many = 128;

    /// <summary>What the two ends of "flat" may differ by beside the history that a solver declares: the odd page, a statistic.</summary>
    private const double Slack = 2;

    private static readonly (string Cell, double Anderson, double Broyden)[] Goals = [("transformer", 27, 33), ("conv", 110, 130)];

    public static void Print(TextWriter output, SuiteSettings settings)
    {
        var table = new Table(output, ("training step", 39), ("peak, MB", 12), ("goal", 14));
        table.Begin("Peak memory of a training step, above the base");
        foreach (var (cell, anderson, broyden) in Goals)
        {
            double Peak(string method, int evaluations) => PeakMemory.Of(cell, method, evaluations, settings.Smoke);
            void Row(string title, double? peak, Func<double, string> goal) =>
                table.Row($"{cell}: {title}", peak is { } megabytes && !double.IsNaN(megabytes) ? Table.Number(megabytes, "F1") : "not here", peak is { } p && !double.IsNaN(p) ? goal(p) : "");

            Row("floor", Peak("floor", StepTable.Limit), _ => "");
            Row($"unrolled, {StepTable.Limit}", Peak("unrolled", StepTable.Limit), _ => "");
            Row($"Anderson, {StepTable.Limit}", Peak("anderson", StepTable.Limit), p => Table.Verdict(p, anderson, "F0"));
            Row($"Broyden, {StepTable.Limit}", Peak("broyden", StepTable.Limit), p => Table.Verdict(p, broyden, "F0"));
            double few = Peak("anderson", Few);
            Row($"Anderson, {Few}", few, _ => "");
            Row($"Anderson, {Many}", Peak("anderson", Many), p => Table.Verdict(p, few + Slack, "F1"));
            double fewest = Peak("broyden-6", Few);
            Row($"Broyden (6), {Few}", fewest, _ => "");
            Row($"Broyden (6), {Many}", Peak("broyden-6", Many), p => Table.Verdict(p, fewest + Slack, "F1"));
        }
    }
}
