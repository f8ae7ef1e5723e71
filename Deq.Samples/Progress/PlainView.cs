using Deq.Samples.Report;
using Deq.Samples.Training;

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
        string quantities = string.Join("  ", ProgressColumns.Names(progress.Scale).Zip(cells)
            .Where(column => column.Second != Format.Missing)
            .Select(column => $"{column.First} {column.Second}"));
        Write($"{progress.Run}, {progress.Phase}: {quantities}");
    }

    public void Validated(string run, Measure measure, ValidationRecord validation)
    {
        string radius = double.IsNaN(validation.SpectralRadius) ? "" : $"  spectral radius {Format.Decimal(validation.SpectralRadius, "0.00")}";
        Write($"{run}: step {validation.Step}  validation {measure.Short} {measure.Write(validation.Score)}{radius}");
    }

    public void Results(IReadOnlyList<ResultRow> rows, Scale scale)
    {
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> cells) = ResultTable.Of(rows, scale);
        IReadOnlyList<string>[] lines = [columns, .. cells];
        int[] widths = [.. Enumerable.Range(0, lines[0].Count).Select(column => lines.Max(line => line[column].Length))];
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
