using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Deq.Samples.Report;

/// <summary>
/// A report as one HTML file that needs nothing else: style, script, the chart library and the data are all inside,
/// so it can be mailed, archived and opened without a network.
/// </summary>
internal static class HtmlReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Writes the report and gives back its full path.</summary>
    public static string Write(string file, ReportContent content)
    {
        string path = Path.GetFullPath(file);
        File.WriteAllText(path, Render(content), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    public static string Render(ReportContent content)
    {
        IReadOnlyList<Chart> charts = Charts.Of(content);
        var parts = new Dictionary<string, string>
        {
            ["title"] = Text(content.Title),
            ["subtitle"] = Text(content.Subtitle),
            ["command"] = Text(content.Command),
            ["date"] = Text(content.Date.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ["heading"] = Text($"Test {content.Scale.Measure.Name}"),
            ["figures"] = Figures(content.Results, content.Scale),
            ["results"] = ResultTable.Html(content.Results, content.Scale),
            ["drawings"] = Drawings(content.Drawings),
            ["charts"] = string.Concat(charts.Select(Placeholder)),
            ["settings"] = Settings(content.Settings),
            ["sample"] = content.Sample is { } sample ? $"<section><h2>Text from the model</h2><blockquote>{Text(sample)}</blockquote></section>" : "",
            ["chart-style"] = Asset("uPlot.min.css"),
            ["style"] = Asset("report.css"),
            ["chart-script"] = Asset("uPlot.iife.min.js"),
            ["script"] = Asset("report.js"),
            // The serializer escapes <, > and &, so the data cannot end the script element that holds it.
            ["data"] = JsonSerializer.Serialize(charts, Json),
        };

        // One walk over the template: what a part contains is never taken for a placeholder.
        string template = Asset("report.html");
        var page = new StringBuilder();
        int position = 0;
        while (template.IndexOf("{{", position, StringComparison.Ordinal) is var open and >= 0)
        {
            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            page.Append(template, position, open - position).Append(parts[template[(open + 2)..close]]);
            position = close + 2;
        }

        return page.Append(template, position, template.Length - position).ToString();
    }

    /// <summary>The large figures at the top: the best trained model beside what it is to be measured against.</summary>
    private static string Figures(IReadOnlyList<ResultRow> results, Scale scale) => string.Concat(results.Select(row =>
        $"""<div class="figure{(row.Parameters is null ? "" : " trained")}"><b>{scale.Measure.Write(row.Test)}</b><span>{Text(row.Model)}</span></div>"""));

    private static string Placeholder(Chart chart) =>
        $"""<figure class="chart" id="chart-{chart.Id}"><figcaption><b>{Text(chart.Title)}</b><span>{Text(chart.Caption)}</span></figcaption><div class="plot"></div></figure>""";

    private static string Drawings(IReadOnlyList<Drawing> drawings) => drawings.Count == 0 ? "" :
        $"""<section><h2>The equilibrium</h2><div class="charts">{string.Concat(drawings.Select(drawing =>
            $"""<figure class="chart" id="drawing-{drawing.Id}"><figcaption><b>{Text(drawing.Title)}</b><span>{Text(drawing.Caption)}</span></figcaption>{drawing.Svg}</figure>"""))}</div></section>""";

    private static string Settings(IReadOnlyList<KeyValuePair<string, string>> settings) => string.Concat(settings.Select(setting =>
        $"<div><dt>{Text(setting.Key)}</dt><dd>{Text(setting.Value)}</dd></div>"));

    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Asset(string name)
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream($"Deq.Samples.Report.{name}")
            ?? throw new InvalidOperationException($"The resource {name} is missing from this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
