namespace Deq.Benchmarks.Solvers;

/// <summary>Peak memory of a training step above what the process holds between steps.</summary>
internal static class MemoryTable
{
    private const int Few = 8, Many = 128;

    /// <summary>What the two ends of "flat" may differ by: a few numbers per iteration, and a block's rounding.</summary>
    private const double Slack = 0.1;

    // One state, in MB: what a solve holds more where its best iterate is not the latest.
    private static readonly (string Cell, double Anderson, double Broyden, double State)[] Goals =
        [("transformer", 27, 33, 8 * 64 * 256 * 4e-6), ("conv", 110, 130, 16 * ((32 * 32 * 32) + (64 * 16 * 16)) * 4e-6)];

    public static void Print(TextWriter output, SuiteSettings settings)
    {
        var table = new Table(output, ("training step", 39), ("tensors, MB", 12), ("resident, MB", 12), ("goal", 14));
        table.Begin("Peak memory of a training step, above the base");
        foreach (var (cell, anderson, broyden, state) in Goals)
        {
            double? Row(string title, string method, int evaluations, Func<double, string>? goal = null)
            {
                PeakMemory peak = PeakMemory.Of(cell, method, evaluations, settings.Smoke);
                table.Row($"{cell}: {title}, {evaluations}", Text(peak.Tensors), Text(peak.Resident), peak.Tensors is { } tensors && goal is not null ? goal(tensors) : "");
                return peak.Tensors;
            }

            Row("floor", "floor", StepTable.Limit);
            Row("unrolled", "unrolled", StepTable.Limit);
            Row("Anderson", "anderson", StepTable.Limit, p => Table.Verdict(p, anderson, "F0"));
            Row("Broyden", "broyden", StepTable.Limit, p => Table.Verdict(p, broyden, "F0"));
            foreach (var (title, method) in new[] { ("Anderson", "anderson"), ("Broyden (6)", "broyden-6") })
            {
                double? few = Row(title, method, Few);
                Row(title, method, Many, p => few is { } least ? Table.Verdict(p, least + state + Slack, "F2") : "");
            }
        }
    }

    private static string Text(double? megabytes) => megabytes is { } known ? Table.Number(known, "F2") : "not here";
}
