using System.Globalization;
using System.Text;
using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>A section as it stands on the page, and its figures as files beside it.</summary>
internal static class SectionMarkdown
{
    /// <summary>Folder of the figures, beside the page.</summary>
    public const string FigureFolder = "figures";

    public const string Shown = "**Shown.**", NotShown = "**Not shown at this size.**";

    /// <param name="evidence">Whose section it is.</param>
    /// <param name="section">What it found.</param>
    /// <param name="colophon">Command, machine, date and duration.</param>
    public static string Of(IEvidence evidence, Section section, string colophon)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"## {evidence.Title}\n\n**The claim.** {evidence.Claim}\n\n**Measured.** {section.Setting}\n");
        foreach (SectionTable table in section.Tables) Append(page, table);
        foreach (Chart chart in section.Charts) page.Append(CultureInfo.InvariantCulture, $"\n![{chart.Title}]({FigureFolder}/{FileOf(evidence, chart.Id)})\n");
        if (section.Drawings.Count > 0)
        {
            page.Append('\n');
            foreach (Drawing drawing in section.Drawings) page.Append(CultureInfo.InvariantCulture, $"<img src=\"{FigureFolder}/{FileOf(evidence, drawing.Id)}\" width=\"48%\" alt=\"{drawing.Title}\" />\n");
        }

        page.Append('\n');
        foreach (Verdict verdict in section.Verdicts) page.Append(CultureInfo.InvariantCulture, $"- {(verdict.Shown ? Shown : NotShown)} {verdict.Statement}\n");
        foreach (string note in section.Notes) page.Append(CultureInfo.InvariantCulture, $"\n{note}\n");
        return page.Append(CultureInfo.InvariantCulture, $"\n<sub>{colophon}</sub>\n").ToString();
    }

    /// <summary>Name and content of every figure.</summary>
    public static IEnumerable<(string File, string Svg)> Figures(IEvidence evidence, Section section) =>
        section.Charts.Select(chart => (FileOf(evidence, chart.Id), SvgChart.Render(chart)))
            .Concat(section.Drawings.Select(drawing => (FileOf(evidence, drawing.Id), drawing.Svg)));

    /// <summary>Every figure of an evidence begins with this.</summary>
    public static string FilePrefix(IEvidence evidence) => evidence.Name + "_";

    private static string FileOf(IEvidence evidence, string id) => $"{FilePrefix(evidence)}{id}.svg";

    private static void Append(StringBuilder page, SectionTable table)
    {
        if (table.Caption.Length > 0) page.Append(CultureInfo.InvariantCulture, $"\n{table.Caption}\n");
        page.Append('\n');
        Line(table.Columns);
        Line([.. table.Columns.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (IReadOnlyList<string> row in table.Rows) Line(row);

        void Line(IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
    }
}
