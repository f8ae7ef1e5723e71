namespace Deq.Solvers;

/// <summary>
/// The decisions of a Newton-Krylov solve for one sample: what its latest evaluation was, and where the next one is, in coordinates of
/// its Krylov basis.
/// </summary>
internal sealed class NewtonKrylovSample(NewtonKrylov settings, int memory, int digits, double rounding)
{
    private const double LeastPromise = 0.9;      // of ||g||: a Newton step whose linear model leaves more is not worth a trial
    private const double LeastShare = 0.5;        // of the fall that the model says
    private const double FarthestStep = 1e3;      // of ||z|| + ||f(z)||: farther lies overflow
    private const double LongestWait = 8;
    private const double ShortestTime = 1e-3, LongestTime = 1e8, MostGrowth = 2;

    private readonly List<double[]> columns = [];   // of the Hessenberg matrix of J
    private readonly double[] weights = new double[memory];
    private HessenbergLeastSquares linear = new(0, rounding);
    private Evaluated evaluated = Evaluated.Iterate;
    private bool newton;
    private double norm, size, promised;
    private double time = settings.InitialStep;
    private int wait, nextWait = 1;

    private enum Evaluated { Iterate, Direction, NewtonTrial, TransientStep }

    /// <summary>Whether the point evaluated is the sample's new iterate.</summary>
    public bool HasMoved { get; private set; }

    /// <summary>Whether the direction of the latest difference joins the basis.</summary>
    public bool HasGrown { get; private set; }

    /// <summary>Directions in the basis.</summary>
    public int Directions { get; private set; }

    /// <summary>The next point, from the iterate, in coordinates of the basis.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>e, the length of the difference at the next point.</summary>
    public double Length { get; private set; } = 1;

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <param name="squaredResidual">||f(p) - p||^2 at the point evaluated.</param>
    /// <param name="squaredImage">||f(p)||^2.</param>
    /// <param name="squaredPoint">||p||^2.</param>
    /// <param name="below">The norm of J v without its part in the basis.</param>
    /// <param name="along">The part of J v in the basis.</param>
    /// <param name="last">Whether only one evaluation is left, too few for another direction.</param>
    public void Advance(double squaredResidual, double squaredImage, double squaredPoint, double below, ReadOnlySpan<double> along, bool last)
    {
        (HasMoved, HasGrown) = (false, false);
        var residual = Math.Sqrt(squaredResidual);
        switch (evaluated)
        {
            case Evaluated.Direction:
                AddColumn(below, along, last);
                break;
            case Evaluated.NewtonTrial when !(residual <= norm - LeastShare * (norm - promised)):
                Postpone();
                Take(TransientStep(), Evaluated.TransientStep);
                break;
            default:
                Lengthen(residual);
                Begin(residual, Math.Sqrt(squaredPoint) + Math.Sqrt(squaredImage), last);
                break;
        }
    }

    private void Lengthen(double residual)
    {
        if (evaluated == Evaluated.Iterate) return;
        Steps++;
        // Switched evolution relaxation: d in proportion to 1/||g||.
        var fall = residual > 0 ? norm / residual : double.PositiveInfinity;
        if (evaluated == Evaluated.NewtonTrial)
        {
            nextWait = 1;
            fall = Math.Max(1, fall);
        }
        else fall = Math.Min(MostGrowth, fall);
        time = Math.Clamp(time * fall, ShortestTime, LongestTime);
    }

    private void Begin(double residual, double pointSize, bool last)
    {
        (norm, size) = (residual, pointSize);
        HasMoved = true;
        Directions = 1;
        columns.Clear();
        newton = wait <= 0;
        if (!newton) wait--;
        linear = new(norm, rounding);
        // A power of two, so that scaling the problem by one changes no digit.
        Length = pointSize > 0 && double.IsFinite(pointSize) ? Math.ScaleB(1, Math.ILogB(pointSize) - digits) : 1;
        Array.Clear(weights);
        if (last)
        {
            // The best that one evaluation can do: the plain iteration.
            weights[0] = norm;
            evaluated = Evaluated.TransientStep;
            return;
        }
        weights[0] = Length;
        evaluated = Evaluated.Direction;
    }

    private void AddColumn(double below, ReadOnlySpan<double> along, bool last)
    {
        var column = new double[Directions + 1];
        along[..Directions].CopyTo(column);
        column[Directions] = below;
        columns.Add(column);
        linear.Add(Shifted(columns.Count - 1, newton ? 1 : 1 + 1 / time));
        var exhausted = !(below > rounding * column.Max(Math.Abs)) || !double.IsFinite(below);
        if (!last && !exhausted && Directions < memory && linear.Residual > settings.Forcing * norm)
        {
            Array.Clear(weights);
            weights[Directions++] = Length;
            HasGrown = true;
            return;
        }

        if (newton)
        {
            var y = linear.Solve();
            promised = linear.Residual;
            if (promised <= LeastPromise * norm && Norm(y) <= FarthestStep * size)
            {
                Take(y, Evaluated.NewtonTrial);
                return;
            }
            Postpone();
        }
        Take(TransientStep(), Evaluated.TransientStep);
    }

    private void Postpone()
    {
        wait = nextWait;
        nextWait = (int)Math.Min(LongestWait, 2 * nextWait);
    }

    private double[] TransientStep()
    {
        var shifted = new HessenbergLeastSquares(norm, rounding);
        for (var j = 0; j < columns.Count; j++) shifted.Add(Shifted(j, 1 + 1 / time));
        return shifted.Solve();
    }

    /// <summary>Column j of shift I - H.</summary>
    private double[] Shifted(int j, double shift)
    {
        var column = Array.ConvertAll(columns[j], h => -h);
        column[j] += shift;
        return column;
    }

    private void Take(double[] y, Evaluated kind)
    {
        Array.Clear(weights);
        y.CopyTo(weights, 0);
        // No difference is taken there.
        Length = 1;
        evaluated = kind;
    }

    private static double Norm(double[] y) => Math.Sqrt(y.Sum(v => v * v));
}
