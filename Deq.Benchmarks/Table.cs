using System.Globalization;

namespace Deq.Benchmarks;

/// <summary>A table in Markdown, printed row by row as the figures come.</summary>
/// <param name="output">Where.</param>
/// <param name="columns">Titles and least widths; the first column is text, the others stand to the right.</param>
internal sealed class Table(TextWriter output, params (string Title, int Width)[] columns)
{
    public void Begin(string title)
    {
        output.WriteLine();
        output.WriteLine($"### {title}");
        output.WriteLine();
        Row([.. columns.Select(column => column.Title)]);
        output.WriteLine($"| {string.Join(" | ", columns.Select((column, i) => i == 0 ? new string('-', column.Width) : new string('-', column.Width - 1) + ":"))} |");
    }

    public void Row(params string[] cells)
    {
        output.WriteLine($"| {string.Join(" | ", cells.Select((cell, i) => i == 0 ? cell.PadRight(columns[i].Width) : cell.PadLeft(columns[i].Width)))} |");
        output.Flush();
    }

    /// <summary>A figure's goal, and whether it is reached.</summary>
    public static string Verdict(double figure, double goal, string format) => $"<= {Number(goal, format)} {(figure <= goal ? "ok" : "missed")}";

    public static string Number(double figure, string format) => figure.ToString(format, CultureInfo.InvariantCulture);
}
