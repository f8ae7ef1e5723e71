using System.Globalization;
using System.Net;
using System.Text;

namespace Deq.Samples.Report;

/// <summary>A chart as an SVG file of its own, in the colours of the report, light or dark as the viewer is.</summary>
internal static class SvgChart
{
    private const double Width = 640, Height = 360, Left = 64, Right = 16, Top = 56, Bottom = 64;
    private const int Ticks = 5, LegendColumns = 3;

    private const string Style = """
        svg{background:#fff}text{fill:#626a73;font:12px sans-serif}.title{fill:#1d2126;font-weight:600;font-size:14px}.grid{stroke:#e2e4e6}
        .c1{stroke:#0b6e8f}.c2{stroke:#d1571f}.c3{stroke:#6a4fb3}.c4{stroke:#2f8f4e}.c5{stroke:#8a8f96}.c6{stroke:#b58a1b}.c7{stroke:#b3426b}.c8{stroke:#4a6fd0}
        @media(prefers-color-scheme:dark){svg{background:#1c2024}text{fill:#99a2ab}.title{fill:#e8eaec}.grid{stroke:#30363c}
        .c1{stroke:#56b8d8}.c2{stroke:#f08a54}.c3{stroke:#a994ec}.c4{stroke:#6cc78a}.c5{stroke:#9aa1a9}.c6{stroke:#d9b44a}.c7{stroke:#e384a8}.c8{stroke:#8aa6f2}}
        """;

    public static string Render(Chart chart)
    {
        bool Drawable(double x, double y) => double.IsFinite(x) && double.IsFinite(y) && (!chart.Logarithmic || y > 0);
        List<(ChartSeries Series, (double X, double Y)[] Points)> lines =
            [.. chart.Series.Select(series => (series, series.X.Zip(series.Y).Where(point => Drawable(point.First, point.Second)).ToArray()))];
        (double X, double Y)[] all = [.. lines.SelectMany(line => line.Points)];
        if (all.Length == 0) all = [(0, chart.Logarithmic ? 1 : 0)];
        (double firstX, double lastX) = Widened(all.Min(point => point.X), all.Max(point => point.X));
        double ceiling = chart.Ceiling ?? double.PositiveInfinity;
        (double low, double high) = Widened(Scaled(all.Min(point => point.Y)), Scaled(Math.Min(all.Max(point => point.Y), ceiling)));

        double Scaled(double y) => chart.Logarithmic ? Math.Log10(y) : y;
        double AtX(double x) => Left + (x - firstX) / (lastX - firstX) * (Width - Left - Right);
        double AtY(double scaled) => Height - Bottom - (Math.Min(scaled, high) - low) / (high - low) * (Height - Top - Bottom);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}"><style>{Style}</style>""");
        svg.Append(CultureInfo.InvariantCulture, $"""<text class="title" x="{Left}" y="22">{Text(chart.Title)}</text><text x="{Left}" y="40">{Text(chart.Caption)}</text>""");
        for (int tick = 0; tick < Ticks; tick++)
        {
            double scaled = low + (high - low) * tick / (Ticks - 1), x = firstX + (lastX - firstX) * tick / (Ticks - 1);
            double y = AtY(scaled);
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="grid" d="M{Left} {y:0.0}H{Width - Right}"/><text x="{Left - 8}" y="{y + 4:0.0}" text-anchor="end">{Figure(chart.Logarithmic ? Math.Pow(10, scaled) : scaled)}</text>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{AtX(x):0.0}" y="{Height - Bottom + 18}" text-anchor="middle">{Format.Short(x)}</text>""");
        }

        for (int i = 0; i < lines.Count; i++)
        {
            (ChartSeries series, (double X, double Y)[] points) = lines[i];
            string color = $"c{(series.Color - 1) % 8 + 1}";
            string dashes = series.Style == "level" ? " stroke-dasharray=\"6 5\"" : "";
            if (points.Length > 0)
            {
                string path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{AtX(point.X):0.0} {AtY(Scaled(point.Y)):0.0}")));
                // A line of one point has no length: the round cap makes it a dot.
                svg.Append($"""<path class="{color} series" d="M{path}{(points.Length == 1 ? "h0" : "")}" fill="none" stroke-width="1.75" stroke-linecap="round"{dashes}/>""");
                if (series.Style == "points")
                    foreach ((double x, double y) in points) svg.Append(CultureInfo.InvariantCulture, $"""<path class="{color}" d="M{AtX(x):0.0} {AtY(Scaled(y)):0.0}h0" stroke-width="6" stroke-linecap="round"/>""");
            }

            double legendX = Left + i % LegendColumns * (Width - Left - Right) / LegendColumns, legendY = Height - 30 + 15 * (i / LegendColumns);
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="{color}" d="M{legendX:0.0} {legendY}h14" stroke-width="3"/><text x="{legendX + 20:0.0}" y="{legendY + 4}">{Text(series.Label)}</text>""");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static (double Low, double High) Widened(double low, double high) => high > low ? (low, high) : (low - 0.5, low + 0.5);

    private static string Figure(double value) => value == 0 ? "0" : Math.Abs(value) is < 0.01 or >= 100_000
        ? value.ToString("0.0e0", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
