using System.Text;

namespace Deq.Samples.Report;

/// <summary>The table of results: which columns it has and how each figure is written, for the report and for the terminal.</summary>
internal static class ResultTable
{
    public static IReadOnlyList<string> Columns(Scale scale) =>
        ["model", "parameters", "w/o embed.", $"valid {scale.Measure.Short}", $"test {scale.Measure.Short}", scale.Unit, $"{scale.Unit}/s", "evals", "time"];

    public static IReadOnlyList<string> Cells(ResultRow row, Scale scale) =>
    [
        row.Model,
        row.Parameters is { } parameters ? Format.Count(parameters) : Format.Missing,
        row.BodyParameters is { } body ? Format.Count(body) : Format.Missing,
        row.Validation is { } validation ? scale.Measure.Write(validation) : Format.Missing,
        scale.Measure.Write(row.Test),
        row.Examples is { } examples ? Format.Short(examples) : Format.Missing,
        row.ExamplesPerSecond is { } speed ? Format.Count((long)speed) : Format.Missing,
        row.Evaluations is { } evaluations ? Format.Decimal(evaluations) : Format.Missing,
        row.Time is { } time ? Format.Duration(time) : Format.Missing,
    ];

    public static string Html(IReadOnlyList<ResultRow> rows, Scale scale)
    {
        var html = new StringBuilder("<table><thead><tr>");
        foreach (string column in Columns(scale)) html.Append($"<th>{HtmlReport.Text(column)}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (ResultRow row in rows)
        {
            html.Append(row.Parameters is null ? "<tr>" : "<tr class=\"trained\">");
            foreach (string cell in Cells(row, scale)) html.Append($"<td>{HtmlReport.Text(cell)}</td>");
            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").ToString();
    }
}
