using System.Globalization;
using System.Text;
using Deq.Samples.Report;

namespace Deq.Samples.Synthetic;

/// <summary>
/// A surface seen from above at a slant: x to the right, z into the picture, f upwards. Patches are painted from the back to the front,
/// the redder the steeper along z; the equilibrium z* = f(z*; x) runs over them as a line.
/// </summary>
internal static class SurfaceDrawing
{
    private const int Width = 460, Height = 330;

    // Picture units of the unit cube's edges: x right and a little down, z right and up, f up.
    private const double XRight = 250, XDown = 60, ZRight = 130, ZUp = 95, Up = 130, Left = 40, Bottom = 248;

    /// <summary>The slope that is painted reddest: plain iteration stops converging there.</summary>
    private const double Steep = 1;

    public static Drawing Of(string name, Surface surface, CubicFindings findings) => new(
        "surface-" + name.Replace(' ', '-'),
        $"f(z; x), {name}",
        string.Create(CultureInfo.InvariantCulture, $"line: the equilibrium z* = f(z*; x); red: |df/dz| of 1 or more; mean |J| at the equilibrium {findings.Slope:0.000}, {findings.Iterations:0.0} iterations to 1e-3"),
        Svg(name, surface));

    private static string Svg(string name, Surface surface)
    {
        int last = surface.X.Length - 1;
        double low = surface.Z[0], span = surface.Z[^1] - low;

        // Heights share the scale of z, so that the diagonal z = f means the same on both axes; what sticks out is cut.
        double Unit(double value) => Math.Clamp((value - low) / span, -0.2, 1.2);
        (double X, double Y) Place(double x, double z, double f) =>
            (Left + XRight * x + ZRight * z, Bottom + XDown * x - ZUp * z - Up * f);
        (double X, double Y) Node(int i, int j) => Place((double)i / last, (double)j / last, Unit(surface.Heights[i, j]));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" aria-label="surface, {name}" font-family="sans-serif" font-size="12">""");
        for (int j = last - 1; j >= 0; j--)
        {
            for (int i = 0; i < last; i++)
            {
                double slope = (surface.Slopes[i, j] + surface.Slopes[i + 1, j] + surface.Slopes[i, j + 1] + surface.Slopes[i + 1, j + 1]) / 4;
                svg.Append($"""<path d="{Path([Node(i, j), Node(i + 1, j), Node(i + 1, j + 1), Node(i, j + 1)])}Z" fill="{Color(slope)}" stroke="#fff" stroke-opacity=".35" stroke-width=".5"/>""");
            }
        }

        IEnumerable<(double, double)> line = surface.Equilibrium.Select((z, i) => Place((double)i / last, Unit(z), Unit(z)));
        svg.Append($"""<path class="equilibrium" d="{Path(line)}" fill="none" stroke="#111" stroke-width="5" stroke-linejoin="round" stroke-opacity=".35"/>""");
        svg.Append($"""<path d="{Path(line)}" fill="none" stroke="#ffd23f" stroke-width="2.5" stroke-linejoin="round"/>""");
        Label(svg, Place(0.5, -0.2, -0.2), "x, -2 to 2");
        Label(svg, Place(1.07, 0.45, -0.2), "z");
        Label(svg, Place(-0.07, 0, 0.5), "f");
        return svg.Append("</svg>").ToString();
    }

    private static void Label(StringBuilder svg, (double X, double Y) at, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{at.X:0.0}" y="{at.Y:0.0}" fill="#7d868f" text-anchor="middle">{text}</text>""");

    private static string Path(IEnumerable<(double X, double Y)> points) =>
        "M" + string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.0} {point.Y:0.0}")));

    /// <summary>From teal (flat along z) over grey to red.</summary>
    private static string Color(double slope)
    {
        double t = Math.Clamp(slope / Steep, 0, 1);
        (int, int, int) flat = (38, 130, 142), middle = (178, 178, 170), steep = (200, 66, 44);
        return t < 0.5 ? Mix(flat, middle, 2 * t) : Mix(middle, steep, 2 * t - 1);

        static string Mix((int R, int G, int B) a, (int R, int G, int B) b, double t) =>
            $"#{Part(a.R, b.R, t):x2}{Part(a.G, b.G, t):x2}{Part(a.B, b.B, t):x2}";

        static int Part(int a, int b, double t) => (int)Math.Round(a + (b - a) * t);
    }
}
