using Deq.Samples.Report;
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

    public void Validated(string run, ValidationRecord record)
    {
        validation = record;
        if (records.LastOrDefault() is { } progress) display?.UpdateTarget(Draw(progress));
    }

    public void Results(IReadOnlyList<ResultRow> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (string column in ResultTable.Columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = table.Columns.Count == 0 ? Justify.Left : Justify.Right });
        foreach (ResultRow row in rows)
        {
            string style = row.Parameters is null ? "grey" : "default";
            table.AddRow(ResultTable.Cells(row).Select(cell => new Markup($"[{style}]{Markup.Escape(cell)}[/]")));
        }

        console.Write(table);
    }

    private Rows Draw(ProgressRecord progress)
    {
        double done = (double)progress.Recent.Step / progress.Steps;
        int filled = (int)Math.Round(done * BarWidth);
        string last = validation is { } record ? $"   [grey]validation ppl[/] [bold]{Format.Perplexity(record.Perplexity)}[/]" : "";
        var bar = new Markup(
            $"[bold]{Markup.Escape(progress.Run)}[/] [grey]{Markup.Escape(progress.Phase)}[/]  " +
            $"[teal]{new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/] {100 * done:0}%{last}");

        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (string name in ProgressColumns.Names) table.AddColumn(new TableColumn($"[grey]{name}[/]") { Alignment = Justify.Right });
        foreach (ProgressRecord shown in records)
        {
            string style = ReferenceEquals(shown, progress) ? "bold" : "grey";
            table.AddRow(ProgressColumns.Cells(shown).Select(IRenderable (cell) => new Markup($"[{style}]{Markup.Escape(cell)}[/]")));
        }

        return new Rows(bar, table);
    }
}
