namespace Deq;

/// <summary>How many evaluations a solve that its limit ended would have needed.</summary>
internal static class Extrapolation
{
    private const int Fewest = 6;
    private const double Most = 100_000;

    /// <summary>At the mean rate of the second half of the way, as of a linear convergence; null where the residual does not fall there.</summary>
    public static int? Evaluations(IReadOnlyList<double> residuals, SolveStatistics statistics)
    {
        if (statistics.Outcome != SolveOutcome.LimitReached || residuals.Count < Fewest) return null;
        // The best so far: the methods that extrapolate do not fall at every evaluation.
        var best = new double[residuals.Count];
        for (var k = 0; k < best.Length; k++) best[k] = k == 0 ? residuals[0] : Math.Min(best[k - 1], residuals[k]);
        int half = best.Length / 2, steps = best.Length - 1 - half;
        var rate = Math.Log(best[^1] / best[half]) / steps;
        if (!(rate < 0) || !double.IsFinite(rate)) return null;
        // The iterations, not the rows: a solver may record fewer residuals than it makes evaluations.
        var perStep = (double)statistics.Evaluations / best.Length;
        var more = Math.Log(statistics.Tolerance / best[^1]) / rate * perStep;
        return more is >= 0 and < Most ? statistics.Evaluations + (int)Math.Ceiling(more) : null;
    }
}
