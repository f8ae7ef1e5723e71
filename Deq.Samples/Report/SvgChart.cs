using System.Globalization;
using System.Net;
using System.Text;

namespace Deq.Samples.Report;

/// <summary>A chart as an SVG file of its own, in the colours of the report, light or dark as the viewer is.</summary>
internal static class SvgChart
{
    private const double Width = 640, PlotHeight = 224, Left = 64, Right = 20, CaptionTop = 40, BelowCaption = 16, LegendTop = 54, Line = 15;
    private const int MostLegendColumns = 3, MostTicks = 6, Colors = 8;

    /// <summary>Of a letter of 12 pixels, on average, in the widest of the fonts that stand for sans-serif; and from a legend's column to the next text.</summary>
    private const double Letter = 7, BesideLabel = 20, Gap = 10;

    private const string Style = """
        svg{background:#fff}text{fill:#626a73;font:12px sans-serif}.title{fill:#1d2126;font-weight:600;font-size:14px}.grid{stroke:#e2e4e6}
        .c1{stroke:#0b6e8f}.c2{stroke:#d1571f}.c3{stroke:#6a4fb3}.c4{stroke:#2f8f4e}.c5{stroke:#8a8f96}.c6{stroke:#b58a1b}.c7{stroke:#b3426b}.c8{stroke:#4a6fd0}
        @media(prefers-color-scheme:dark){svg{background:#1c2024}text{fill:#99a2ab}.title{fill:#e8eaec}.grid{stroke:#30363c}
        .c1{stroke:#56b8d8}.c2{stroke:#f08a54}.c3{stroke:#a994ec}.c4{stroke:#6cc78a}.c5{stroke:#9aa1a9}.c6{stroke:#d9b44a}.c7{stroke:#e384a8}.c8{stroke:#8aa6f2}}
        """;

    public static string Render(Chart chart)
    {
        List<(ChartSeries Series, (double X, double Y)[] Points)> lines =
            [.. chart.Series.Select(series => (series, series.X.Zip(series.Y).Where(point => Drawable(point.First, chart.LogarithmicX) && Drawable(point.Second, chart.Logarithmic)).ToArray()))];
        (double X, double Y)[] all = [.. lines.SelectMany(line => line.Points)];
        if (all.Length == 0) all = [(chart.LogarithmicX ? 1 : 0, chart.Logarithmic ? 1 : 0)];
        // Columns as wide as the longest label needs: a label that ran into the next one could not be read.
        double widest = BesideLabel + Letter * lines.Select(line => line.Series.Label.Length).DefaultIfEmpty(0).Max() + Gap;
        int columns = Math.Clamp((int)((Width - Left - Right + Gap) / widest), 1, MostLegendColumns);
        IReadOnlyList<string> caption = Lines(chart.Caption, (int)((Width - Left - Right) / Letter));
        double floor = CaptionTop + Line * (caption.Count - 1) + BelowCaption + PlotHeight;
        double height = floor + LegendTop + Line * ((lines.Count + columns - 1) / columns);
        var level = new Axis(all.Select(point => point.X), chart.LogarithmicX, double.PositiveInfinity);
        var upright = new Axis(all.Select(point => point.Y), chart.Logarithmic, chart.Ceiling ?? double.PositiveInfinity);
        double AtX(double x) => Left + level.Share(x) * (Width - Left - Right);
        double AtY(double y) => floor - upright.Share(y) * PlotHeight;

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}"><style>{Style}</style>""");
        svg.Append(CultureInfo.InvariantCulture, $"""<text class="title" x="{Left}" y="22">{Text(chart.Title)}</text>""");
        for (int i = 0; i < caption.Count; i++) svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Left}" y="{CaptionTop + Line * i}">{Text(caption[i])}</text>""");
        foreach (double y in upright.Ticks())
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="grid" d="M{Left} {AtY(y):0.0}H{Width - Right}"/><text x="{Left - 8}" y="{AtY(y) + 4:0.0}" text-anchor="end">{Figure(y)}</text>""");
        foreach (double x in level.Ticks())
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="grid" d="M{AtX(x):0.0} {floor}v4"/><text x="{AtX(x):0.0}" y="{floor + 18}" text-anchor="middle">{Figure(x)}</text>""");
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Width - Right}" y="{floor + 34}" text-anchor="end">{Text(chart.XLabel)}</text>""");

        for (int i = 0; i < lines.Count; i++)
        {
            (ChartSeries series, (double X, double Y)[] points) = lines[i];
            string color = $"c{(series.Color - 1) % Colors + 1}";
            // Where the colours begin again, the lines are dotted.
            string dots = series.Color > Colors ? " stroke-dasharray=\"2 4\"" : "", dashes = series.Style == "level" ? " stroke-dasharray=\"6 5\"" : dots;
            if (points.Length > 0)
            {
                string path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{AtX(point.X):0.0} {AtY(point.Y):0.0}")));
                // A line of one point has no length: the round cap makes it a dot.
                svg.Append($"""<path class="{color} series" d="M{path}{(points.Length == 1 ? "h0" : "")}" fill="none" stroke-width="1.75" stroke-linecap="round"{dashes}/>""");
                if (series.Style == "points")
                    foreach ((double x, double y) in points) svg.Append(CultureInfo.InvariantCulture, $"""<path class="{color}" d="M{AtX(x):0.0} {AtY(y):0.0}h0" stroke-width="6" stroke-linecap="round"/>""");
            }

            double legendX = Left + i % columns * (Width - Left - Right) / columns, legendY = floor + LegendTop + Line * (i / columns);
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="{color}" d="M{legendX:0.0} {legendY}h14" stroke-width="3"{dots}/><text x="{legendX + BesideLabel:0.0}" y="{legendY + 4}">{Text(series.Label)}</text>""");
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A text's words in lines of so many letters at most, as far as its words are no longer.</summary>
    private static List<string> Lines(string text, int letters)
    {
        List<string> lines = [""];
        foreach (string word in text.Split(' '))
        {
            if (lines[^1].Length == 0) lines[^1] = word;
            else if (lines[^1].Length + 1 + word.Length <= letters) lines[^1] += " " + word;
            else lines.Add(word);
        }

        return lines;
    }

    private static bool Drawable(double value, bool logarithmic) => double.IsFinite(value) && (!logarithmic || value > 0);

    private static string Figure(double value) => value == 0 ? "0" : Math.Abs(value) switch
    {
        < 0.01 => value.ToString("0.#e0", CultureInfo.InvariantCulture),
        >= 1e9 => value.ToString("0.#e0", CultureInfo.InvariantCulture),
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        _ => value.ToString("G4", CultureInfo.InvariantCulture),
    };

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Where a value stands between the ends of an axis, and the round values to name on it.</summary>
    private sealed class Axis
    {
        private readonly bool logarithmic;
        private readonly double low, high;

        public Axis(IEnumerable<double> values, bool logarithmic, double ceiling)
        {
            this.logarithmic = logarithmic;
            double[] scaled = [.. values.Select(value => Scaled(Math.Min(value, ceiling)))];
            (low, high) = (scaled.Min(), scaled.Max());
            if (high <= low) (low, high) = (low - 0.5, low + 0.5);
        }

        /// <summary>From 0 at the lower end to 1 at the upper; what lies beyond stops there.</summary>
        public double Share(double value) => Math.Clamp((Scaled(value) - low) / (high - low), 0, 1);

        public IEnumerable<double> Ticks() => logarithmic ? Decades() : Even();

        private double Scaled(double value) => logarithmic ? Math.Log10(value) : value;

        private IEnumerable<double> Even()
        {
            double step = RoundUp((high - low) / MostTicks);
            for (double i = Math.Ceiling(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) yield return i * step;
        }

        /// <summary>Powers of ten, as many as there is room for; where they are few, 2 and 5 times them as well.</summary>
        private IEnumerable<double> Decades()
        {
            if (high - low < Math.Log10(2)) return Even().Select(value => Math.Pow(10, value));
            int every = Math.Max(1, (int)Math.Ceiling((high - low) / MostTicks));
            double[] digits = high - low <= 2.2 ? [1, 2, 5] : [1];
            double[] wanted =
            [
                .. from decade in Enumerable.Range((int)Math.Floor(low), (int)(Math.Ceiling(high) - Math.Floor(low)) + 1)
                   where decade % every == 0
                   from digit in digits
                   let value = digit * Math.Pow(10, decade)
                   where Math.Log10(value) >= low - 1e-9 && Math.Log10(value) <= high + 1e-9
                   select value,
            ];
            return wanted.Length >= 2 ? wanted : [Math.Pow(10, low), .. wanted, Math.Pow(10, high)];
        }

        /// <summary>1, 2 or 5 times a power of ten.</summary>
        private static double RoundUp(double step)
        {
            double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
            return power * (step / power <= 1 ? 1 : step / power <= 2 ? 2 : step / power <= 5 ? 5 : 10);
        }
    }
}
