using System.Text;

namespace Deq.Samples.Report;

/// <summary>The table of results: which columns it has and how each figure is written, for the report and for the terminal.</summary>
internal static class ResultTable
{
    /// <summary>Names and cells of the columns that some row has something in.</summary>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) Of(IReadOnlyList<ResultRow> rows, Scale scale)
    {
        string[] columns =
        [
            "model", "parameters", "w/o embed.", $"valid {scale.Measure.Short}", $"test {scale.Measure.Short}", .. scale.Extra,
            scale.Unit, $"{scale.Unit}/s", "evals", "time",
        ];
        string[][] cells = [.. rows.Select(row => Cells(row, scale))];
        int[] kept = [.. Enumerable.Range(0, columns.Length).Where(column => cells.Length == 0 || cells.Any(row => row[column] != Format.Missing))];
        return ([.. kept.Select(column => columns[column])], [.. cells.Select(row => kept.Select(column => row[column]).ToArray())]);
    }

    private static string[] Cells(ResultRow row, Scale scale) =>
    [
        row.Model,
        row.Parameters is { } parameters ? Format.Count(parameters) : Format.Missing,
        row.BodyParameters is { } body ? Format.Count(body) : Format.Missing,
        row.Validation is { } validation ? scale.Measure.Write(validation) : Format.Missing,
        scale.Measure.Write(row.Test),
        .. scale.Extra.Select((_, i) => i < row.Extra.Count ? row.Extra[i] : Format.Missing),
        row.Examples is { } examples ? Format.Short(examples) : Format.Missing,
        row.ExamplesPerSecond is { } speed ? Format.Count((long)speed) : Format.Missing,
        row.Evaluations is { } evaluations ? Format.Decimal(evaluations) : Format.Missing,
        row.Time is { } time ? Format.Duration(time) : Format.Missing,
    ];

    public static string Html(IReadOnlyList<ResultRow> rows, Scale scale)
    {
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> cells) = Of(rows, scale);
        var html = new StringBuilder("<table><thead><tr>");
        foreach (string column in columns) html.Append($"<th>{HtmlReport.Text(column)}</th>");
        html.Append("</tr></thead><tbody>");
        foreach ((ResultRow row, IReadOnlyList<string> line) in rows.Zip(cells))
        {
            html.Append(row.Parameters is null ? "<tr>" : "<tr class=\"trained\">");
            foreach ((string column, string cell) in columns.Zip(line))
                html.Append($"<td{(column.StartsWith("test ", StringComparison.Ordinal) ? " class=\"test\"" : "")}>{HtmlReport.Text(cell)}</td>");
            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").ToString();
    }
}
