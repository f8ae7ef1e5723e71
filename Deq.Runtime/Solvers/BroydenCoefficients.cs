namespace Deq.Solvers;

/// <summary>
/// The small algebra of Broyden's product form for one sample: from the dot products of the stored directions with each other and with g,
/// the weights that make the next direction of them and g.
/// </summary>
/// <remarks>
/// With steps a_k d_k along the directions d_k = -H_k g_k, H_n = (I + u_{n-1} d_{n-1}^T/||d_{n-1}||^2) ... (I + u_0 d_0^T/||d_0||^2) (-I) where
/// u_k = d_{k+1} - (1 - a_k) d_k: one stored vector per step also where steps are shortened (Kelley 1995, section 7.3).
/// </remarks>
internal sealed class BroydenCoefficients
{
    internal const double MostScale = 1e6;
    private readonly List<double[]> cross = [];        // cross[k][j] = d_j . d_k, j <= k
    private readonly List<double> shortfalls = [];     // 1 - a_k
    private readonly List<bool> singular = [];         // no update was made there

    /// <summary>Steps made.</summary>
    public int Count => cross.Count;

    public void Clear()
    {
        cross.Clear();
        shortfalls.Clear();
        singular.Clear();
    }

    /// <summary>The latest step.</summary>
    /// <param name="dots">d_j . d_k for all j up to the latest, k.</param>
    /// <param name="length">a_k.</param>
    public void Add(double[] dots, double length = 1)
    {
        cross.Add(dots);
        shortfalls.Add(1 - length);
        singular.Add(false);
    }

    /// <summary>The next direction.</summary>
    /// <param name="along">d_j . g for all j up to the latest.</param>
    /// <param name="weights">Gets the weights of all d_j, and last that of g.</param>
    public void Next(ReadOnlySpan<double> along, Span<double> weights)
    {
        int n = cross.Count, last = n - 1;
        var c = new double[n];
        // p = (I + u_{k-1} d_{k-1}^T/n_{k-1}) ... (I + u_0 d_0^T/n_0) g, with c_j = d_j . p_j / n_j the weight of u_j.
        for (var j = 0; j < n; j++) c[j] = Weight(j, along[j], c, 0);

        // The last of them, d_k . p / n_k, decides the scale of p: d_{k+1} = p + q (p - (1 - a) d_k) with q = d_k.p / (n_k - d_k.p).
        var scale = 1 / (1 - c[last]);
        var q = c[last] * scale;
        // The secant equation is (nearly) singular there: H stays for this step.
        if (!double.IsFinite(scale) || Math.Abs(scale) > MostScale) (scale, q, singular[last]) = (1, 0, true);
        weights.Clear();
        for (var j = 0; j < last; j++)
        {
            weights[j + 1] += scale * c[j];
            weights[j] -= scale * shortfalls[j] * c[j];
        }
        weights[last] -= shortfalls[last] * q;
        weights[n] = scale;
    }

    /// <summary>M of -H = I + V^T M V, with the directions among the rows of V.</summary>
    /// <param name="factors">How many factors of the product form: the direction after the last of them is used as well.</param>
    /// <param name="slots">The row of V of each direction.</param>
    /// <param name="width">Rows of V.</param>
    /// <returns>width x width, row by row.</returns>
    public double[] Transform(int factors, Func<int, int> slots, int width)
    {
        var m = new double[width * width];
        var c = new double[factors];
        for (var k = 0; k < factors; k++)
        {
            // The weights c_j that v with d_k . v = 1 and no other product gives.
            for (var j = k; j < factors; j++)
            {
                c[j] = Weight(j, j == k ? 1 : 0, c, k);
                m[slots(j + 1) * width + slots(k)] += c[j];
                m[slots(j) * width + slots(k)] -= shortfalls[j] * c[j];
            }
        }
        return m;
    }

    private double Weight(int j, double along, double[] c, int from)
    {
        if (singular[j]) return 0;
        for (var i = from; i < j; i++) along += c[i] * (Cross(j, i + 1) - shortfalls[i] * Cross(j, i));
        var square = cross[j][j];
        return square > 0 ? along / square : 0;
    }

    private double Cross(int j, int i) => i <= j ? cross[j][i] : cross[i][j];
}
