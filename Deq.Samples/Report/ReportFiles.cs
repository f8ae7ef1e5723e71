using System.Text;

namespace Deq.Samples.Report;

/// <summary>A report on the disk: the page, and its figures as SVG files beside it.</summary>
internal static class ReportFiles
{
    public const string PageName = "report.html", FigureFolder = "figures";

    /// <summary>What is wrong with a folder's name is said before anything else, and before anything is made on the disk.</summary>
    /// <exception cref="SampleException">It names no folder.</exception>
    public static void CheckFolder(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw new SampleException("--out is empty: name a folder, as runs/mine");
        if (File.Exists(folder)) throw new SampleException($"--out {folder} is a file: name a folder");
    }

    /// <summary>Makes the folder before anything is trained: one that cannot be written to would lose the result at the end.</summary>
    /// <exception cref="SampleException">The folder cannot be made.</exception>
    public static void CreateFolder(string folder)
    {
        CheckFolder(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SampleException($"--out {folder}: the folder cannot be made ({exception.Message})", exception);
        }
    }

    /// <summary>Writes page and figures and gives back the page's full path.</summary>
    public static string Write(string folder, ReportContent content)
    {
        string figures = Path.Combine(folder, FigureFolder);
        Directory.CreateDirectory(figures);
        foreach (Chart chart in Charts.Of(content)) WriteText(Path.Combine(figures, $"{chart.Id}.svg"), SvgChart.Render(chart));
        foreach (Drawing drawing in content.Drawings) WriteText(Path.Combine(figures, $"{drawing.Id}.svg"), drawing.Svg);
        return HtmlReport.Write(Path.Combine(folder, PageName), content);
    }

    private static void WriteText(string file, string text) => File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
