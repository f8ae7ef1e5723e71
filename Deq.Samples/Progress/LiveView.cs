using Deq.Samples.Report;
using Deq.Samples.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Deq.Samples.Progress;

/// <summary>A table that redraws itself in place: a bar, the last records, the newest at the bottom.</summary>
internal sealed class LiveView(IAnsiConsole console) : ITrainingView
{
    private const int RecordsShown = 10;
    private const int BarWidth = 40;

    /// <summary>Columns of a terminal below which the table of records would break its figures apart.</summary>
    public const int LeastWidth = 76;

    private readonly Queue<ProgressRecord> records = new();
    private ValidationRecord? validation;
    private LiveDisplayContext? display;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    public void Say(string line)
    {
        console.MarkupLineInterpolated($"[grey]›[/] {line}");
        display?.Refresh();
    }

    public void During(Action training)
    {
        records.Clear();
        validation = null;
        console.Live(new Text("")).AutoClear(false).Start(context =>
        {
            display = context;
            try
            {
                training();
            }
            finally
            {
                display = null;
            }
        });
    }

    public void Show(ProgressRecord progress)
    {
        records.Enqueue(progress);
        if (records.Count > RecordsShown) records.Dequeue();
        display?.UpdateTarget(Draw(progress));
    }

    public void Validated(string run, Measure measure, ValidationRecord record)
    {
        validation = record;
        if (records.LastOrDefault() is { } progress) display?.UpdateTarget(Draw(progress));
    }

    public void Results(IReadOnlyList<ResultRow> rows, Scale scale)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> cells) = ResultTable.Of(rows, scale);
        if (Width(columns, cells, padding: 1) > console.Profile.Width)
        {
            // A line that the terminal breaks can be read; words and figures broken inside their columns cannot.
            new PlainView(console.Profile.Out.Writer).Results(rows, scale);
            return;
        }

        foreach (string column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = table.Columns.Count == 0 ? Justify.Left : Justify.Right });
        foreach ((ResultRow row, IReadOnlyList<string> line) in rows.Zip(cells))
        {
            string style = row.Parameters is null ? "grey" : "default";
            table.AddRow(line.Select(cell => new Markup($"[{style}]{Markup.Escape(cell)}[/]")));
        }

        console.Write(table);
    }

    /// <summary>Columns of a terminal that a table takes, its borders counted.</summary>
    private static int Width(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string>> rows, int padding) =>
        1 + names.Select((name, column) => 1 + 2 * padding + rows.Select(row => row[column].Length).Append(name.Length).Max()).Sum();

    private Rows Draw(ProgressRecord progress)
    {
        double done = (double)progress.Recent.Step / progress.Steps;
        int filled = (int)Math.Round(done * BarWidth);
        string last = validation is { } record ? $"   [grey]validation {progress.Scale.Measure.Short}[/] [bold]{progress.Scale.Measure.Write(record.Score)}[/]" : "";
        var bar = new Markup(
            $"[bold]{Markup.Escape(progress.Run)}[/] [grey]{Markup.Escape(progress.Phase)}[/]  " +
            $"[teal]{new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/] {100 * done:0}%{last}");

        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        IReadOnlyList<string> names = ProgressColumns.Names(progress.Scale);
        int padding = Width(names, [.. records.Select(ProgressColumns.Cells)], padding: 1) > console.Profile.Width ? 0 : 1;
        foreach (string name in names) table.AddColumn(new TableColumn($"[grey]{name}[/]") { Alignment = Justify.Right, NoWrap = true, Padding = new Padding(padding, 0) });
        foreach (ProgressRecord shown in records)
        {
            string style = ReferenceEquals(shown, progress) ? "bold" : "grey";
            table.AddRow(ProgressColumns.Cells(shown).Select(IRenderable (cell) => new Markup($"[{style}]{Markup.Escape(cell)}[/]")));
        }

        return new Rows(bar, table);
    }
}
