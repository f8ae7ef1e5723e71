using TorchSharp;

namespace Deq.Regularization;

/// <summary>What one product of the power method tells of a sample.</summary>
/// <param name="Length">||A v||.</param>
/// <param name="Along">v . u, u the unit vector along A v.</param>
/// <param name="Across">q . u, with q the unit vector of the plane span{v, A v} across v.</param>
/// <param name="OnV">v . A u.</param>
/// <param name="OnQ">q . A u.</param>
/// <param name="Outside">How far A u leaves the plane.</param>
internal readonly record struct PlaneNumbers(double Length, double Along, double Across, double OnV, double OnQ, double Outside);

/// <summary>The estimate of one sample, and by what it has settled.</summary>
internal sealed class PowerMethodSample
{
    // The estimate must rest for so many products: it can pause on the way from one eigenvalue to another.
    private const int Rests = 5;

    // Growth must be constant for longer, and more closely: a larger eigenvalue with a small share in v shows in it late.
    private const int ConstantGrowths = 20;
    private const double GrowthShare = 0.1;

    private readonly double tolerance, resolution, parallel, growthTolerance;
    private readonly List<double> growths = [];
    private int rests;
    private bool notFinite;

    public PowerMethodSample(double tolerance, torch.ScalarType type)
    {
        var rounding = type switch { torch.ScalarType.Float64 => 2.2e-16, torch.ScalarType.Float32 => 1.2e-7, torch.ScalarType.Float16 => 9.8e-4, _ => 7.8e-3 };
        this.tolerance = tolerance;
        parallel = type == torch.ScalarType.Float64 ? 1e-8 : 1e-3;
        // For a normal matrix the error of a Ritz value is of second order in its residual.
        resolution = Math.Max(Math.Sqrt(tolerance), 2 * rounding);
        growthTolerance = Math.Max(tolerance * GrowthShare, 2 * rounding);
    }

    public double Radius { get; private set; }

    public bool Settled { get; private set; }

    public bool Ended => Settled || notFinite;

    public void Take(PlaneNumbers n)
    {
        var (now, residual) = Largest(n);
        if (!double.IsFinite(now))
        {
            (notFinite, Radius) = (true, double.NaN);
            return;
        }
        rests = Math.Abs(now - Radius) <= tolerance * now ? rests + 1 : 0;
        Radius = now;
        growths.Add(n.Length);
        Settled = rests >= Rests && residual <= resolution * now;
        if (Settled || growths.Count < ConstantGrowths) return;
        var latest = growths[^ConstantGrowths..];
        if (latest.Max() - latest.Min() > growthTolerance * latest.Min() || now > n.Length * (1 + tolerance)) return;
        (Radius, Settled) = (latest.Average(), true);
    }

    /// <summary>Decides without having settled.</summary>
    /// <param name="ritz">The largest |Ritz value| of a Krylov space and the residual of its vector; null where there was none.</param>
    public void End((double Value, double Residual)? ritz)
    {
        if (ritz is { } found && double.IsFinite(found.Value))
        {
            Radius = found.Value;
            Settled = found.Residual <= resolution * found.Value;
        }
        // Of A^k v the size: ||A^k v||^(1/k) has the radius for its limit (Gelfand), whatever the eigenvalues.
        if (!Settled && growths.Count >= 2 * Rests)
            Radius = Math.Max(Radius, Math.Exp(growths.Skip(growths.Count / 2).Select(g => Math.Log(g)).Average()));
    }

    /// <summary>The largest |eigenvalue| of the 2 x 2 projection, and how far A times its unit vector is from a multiple of it.</summary>
    private (double Radius, double Residual) Largest(PlaneNumbers n)
    {
        double a = n.Length * n.Along, c = n.Length * n.Across;
        if (n.Across <= parallel) return (Math.Abs(a), c);
        // A q = (A u - along A v)/across.
        double b = (n.OnV - n.Along * a) / n.Across, d = (n.OnQ - n.Along * c) / n.Across;
        double half = (a + d) / 2, determinant = a * d - b * c, discriminant = half * half - determinant;
        double radius, fromD;
        if (discriminant < 0) (radius, fromD) = (Math.Sqrt(determinant), (half - d) * (half - d) - discriminant);
        else
        {
            var root = half < 0 ? -Math.Sqrt(discriminant) : Math.Sqrt(discriminant);
            (radius, fromD) = (Math.Abs(half + root), (half + root - d) * (half + root - d));
        }
        // A v stays in the plane, so what leaves it does so by the eigenvector's part on q.
        var onQ = c * c + fromD > 0 ? c / Math.Sqrt(c * c + fromD) : 1;
        return (radius, onQ * n.Outside / n.Across);
    }
}
