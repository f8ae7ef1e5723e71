using Deq.Samples.Report;

namespace Deq.Samples.Progress;

/// <summary>Lines of text without escapes, for pipes, logs and dumb terminals.</summary>
internal sealed class PlainView(TextWriter output) : ITrainingView
{
    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    public void Say(string line) => Write(line);

    public void During(Action training) => training();

    public void Show(ProgressRecord progress)
    {
        IReadOnlyList<string> cells = ProgressColumns.Cells(progress);
        string quantities = string.Join("  ", ProgressColumns.Names.Zip(cells)
            .Where(column => column.Second != Format.Missing)
            .Select(column => $"{column.First} {column.Second}"));
        Write($"{progress.Run}, {progress.Phase}: {quantities}");
    }

    public void Validated(string run, ValidationRecord validation) =>
        Write($"{run}: step {validation.Step}  validation ppl {Format.Perplexity(validation.Perplexity)}");

    public void Results(IReadOnlyList<ResultRow> rows)
    {
        IReadOnlyList<string>[] lines = [ResultTable.Columns, .. rows.Select(ResultTable.Cells)];
        int[] widths = [.. Enumerable.Range(0, ResultTable.Columns.Count).Select(column => lines.Max(line => line[column].Length))];
        foreach (IReadOnlyList<string> line in lines)
        {
            Write(string.Join("  ", line.Select((cell, column) =>
                column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        }
    }

    // Whoever watches a log wants each line when it is written.
    private void Write(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }
}
