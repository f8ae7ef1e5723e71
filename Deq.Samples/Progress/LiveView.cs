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
        foreach (string column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = table.Columns.Count == 0 ? Justify.Left : Justify.Right });
        foreach ((ResultRow row, IReadOnlyList<string> line) in rows.Zip(cells))
        {
            string style = row.Parameters is null ? "grey" : "default";
            table.AddRow(line.Select(cell => new Markup($"[{style}]{Markup.Escape(cell)}[/]")));
        }

        console.Write(table);
    }

    private Rows Draw(ProgressRecord progress)
    {
        double done = (double)progress.Recent.Step / progress.Steps;
        int filled = (int)Math.Round(done * BarWidth);
        string last = validation is { } record ? $"   [grey]validation {progress.Scale.Measure.Short}[/] [bold]{progress.Scale.Measure.Write(record.Score)}[/]" : "";
        var bar = new Markup(
            $"[bold]{Markup.Escape(progress.Run)}[/] [grey]{Markup.Escape(progress.Phase)}[/]  " +
            $"[teal]{new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/] {100 * done:0}%{last}");

        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (string name in ProgressColumns.Names(progress.Scale)) table.AddColumn(new TableColumn($"[grey]{name}[/]") { Alignment = Justify.Right });
        foreach (ProgressRecord shown in records)
        {
            string style = ReferenceEquals(shown, progress) ? "bold" : "grey";
            table.AddRow(ProgressColumns.Cells(shown).Select(IRenderable (cell) => new Markup($"[{style}]{Markup.Escape(cell)}[/]")));
        }

        return new Rows(bar, table);
    }
}
