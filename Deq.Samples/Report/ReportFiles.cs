using System.Text;

namespace Deq.Samples.Report;

/// <summary>A report on the disk: the page, and its figures as SVG files beside it.</summary>
internal static class ReportFiles
{
    public const string PageName = "report.html", FigureFolder = "figures";

    /// <summary>Writes page and figures and gives back the page's full path.</summary>
    /// <exception cref="SampleException">They cannot be written.</exception>
    public static string Write(string folder, ReportContent content)
    {
        string figures = Path.Combine(folder, FigureFolder);
        try
        {
            Directory.CreateDirectory(figures);
            foreach (Chart chart in Charts.Of(content)) WriteText(Path.Combine(figures, $"{chart.Id}.svg"), SvgChart.Render(chart));
            foreach (Drawing drawing in content.Drawings) WriteText(Path.Combine(figures, $"{drawing.Id}.svg"), drawing.Svg);
            return HtmlReport.Write(Path.Combine(folder, PageName), content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SampleException($"the report could not be written: {exception.Message.TrimEnd('.')}. The training is done and its checkpoint kept: the same command with --resume evaluates it and writes the report", exception);
        }
    }

    private static void WriteText(string file, string text) => File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
