namespace Deq.Solvers;

/// <summary>
/// The small least-squares problem of GMRES for one sample, min ||beta e_1 - H y||, kept triangular by Givens rotations as columns arrive.
/// </summary>
internal sealed class HessenbergLeastSquares
{
    private readonly List<double[]> triangle = [];   // column j of R: j + 1 numbers
    private readonly List<(double C, double S)> rotations = [];
    private readonly List<double[]> columns = [];    // column j of H: j + 2 numbers
    private readonly List<double> right;             // Q^T beta e_1
    private readonly double beta;

    private readonly double rounding;

    /// <param name="beta">The norm of the first residual.</param>
    /// <param name="rounding">What is left of a direction by less than this, relative, is rounding of the ones before it.</param>
    public HessenbergLeastSquares(double beta, double rounding) => (this.beta, this.rounding, right) = (beta, rounding, [beta]);

    /// <summary>Whether the Krylov space is exhausted: its next direction vanishes, and no later column may be added.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>The norm of the residual that is left.</summary>
    public double Residual => Math.Abs(right[^1]);

    /// <param name="column">h_{1..j+1} of the new column, and h_{j+2}, the norm of what is left.</param>
    public void Add(double[] column)
    {
        var r = (double[])column.Clone();
        for (var i = 0; i < rotations.Count; i++)
        {
            var (c, s) = rotations[i];
            (r[i], r[i + 1]) = (c * r[i] + s * r[i + 1], c * r[i + 1] - s * r[i]);
        }
        var (last, below) = (r[^2], r[^1]);
        var length = double.Hypot(last, below);
        var (cosine, sine) = length > 0 ? (last / length, below / length) : (1, 0);
        r[^2] = length;
        Exhausted = column[^1] <= rounding * column.Max(Math.Abs);
        columns.Add(column);
        triangle.Add(r[..^1]);
        rotations.Add((cosine, sine));
        var top = right[^1];
        right[^1] = cosine * top;
        right.Add(-sine * top);
    }

    /// <summary>y, one number per column; 0 where the matrix is singular.</summary>
    public double[] Solve()
    {
        var y = new double[triangle.Count];
        for (var j = y.Length - 1; j >= 0; j--)
        {
            var value = right[j];
            for (var t = j + 1; t < y.Length; t++) value -= triangle[t][j] * y[t];
            y[j] = triangle[j][j] != 0 ? value / triangle[j][j] : 0;
        }
        return y;
    }

    /// <summary>beta e_1 - H y: the residual in the basis.</summary>
    public double[] ResidualVector(double[] y)
    {
        var r = new double[columns.Count + 1];
        r[0] = beta;
        for (var j = 0; j < y.Length; j++)
            for (var i = 0; i < columns[j].Length; i++) r[i] -= columns[j][i] * y[j];
        return r;
    }
}
