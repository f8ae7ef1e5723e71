namespace Deq.Solvers;

/// <summary>
/// The small algebra of Broyden's product form for one sample: from the dot products of the stored steps with each other and with g,
/// the weights that make the next step of g and the stored steps.
/// </summary>
internal sealed class BroydenCoefficients
{
    private const double MostScale = 1e6;
    private readonly List<double[]> cross = [];   // cross[k][j] = s_j . s_k, j <= k

    /// <param name="numbers">From column 2: s_j . s_k for the latest step k = n - 1 and j below n, then s_j . g.</param>
    /// <param name="sample">The row of <paramref name="numbers"/>.</param>
    /// <param name="n">Steps stored.</param>
    /// <param name="weights">Gets the weights of s_1 .. s_{n-1}, and last that of g.</param>
    public void Next(Measurements numbers, int sample, int n, Span<double> weights)
    {
        if (n == 1) cross.Clear();
        var latest = new double[n];
        for (var j = 0; j < n; j++) latest[j] = numbers[sample, 2 + j];
        cross.Add(latest);

        // p = (I + s_k s_{k-1}^T/n_{k-1}) ... (I + s_1 s_0^T/n_0) g, with c_j = s_j . p_j / n_j the weight of s_{j+1}.
        for (var j = 0; j < n; j++)
        {
            var dot = numbers[sample, 2 + n + j];
            for (var i = 0; i < j; i++) dot += weights[i] * Cross(j, i + 1);
            var square = cross[j][j];
            weights[j] = square > 0 ? dot / square : 0;
        }

        // The last of them, s_k . p / n_k, decides the scale of p: s_{k+1} = p / (1 - s_k.p/n_k).
        var scale = 1 / (1 - weights[n - 1]);
        // The secant equation is (nearly) singular there: keep H for this step.
        if (!double.IsFinite(scale) || Math.Abs(scale) > MostScale) scale = 1;
        for (var j = 0; j < n - 1; j++) weights[j] *= scale;
        weights[n - 1] = scale;
    }

    private double Cross(int j, int i) => i <= j ? cross[j][i] : cross[i][j];
}
