namespace Deq.Samples.Baselines;

/// <summary>
/// What modified Kneser-Ney takes off a count of one, of two, and of three or more, estimated from how many n-grams
/// occur once to four times (Chen and Goodman, An Empirical Study of Smoothing Techniques for Language Modeling, 1999, eq. 26).
/// </summary>
internal readonly record struct Discounts(double One, double Two, double More)
{
    // Absolute discounting's usual value, for texts too small to estimate from.
    private const double Fallback = 0.75;

    public double Of(int count) => count switch { <= 0 => 0, 1 => One, 2 => Two, _ => More };

    /// <param name="counts">The counts of all n-grams seen.</param>
    public static Discounts Estimate(ReadOnlySpan<int> counts)
    {
        Span<double> times = stackalloc double[5];
        foreach (int count in counts)
        {
            if (count < times.Length) times[count]++;
        }

        if (times[1] == 0 || times[2] == 0) return new Discounts(Fallback, Fallback, Fallback);
        double y = times[1] / (times[1] + 2 * times[2]);
        return new Discounts(
            Take(1, y, times[2] / times[1]),
            Take(2, y, times[3] / times[2]),
            Take(3, y, times[3] > 0 ? times[4] / times[3] : 0));

        // A discount below zero or beyond the count itself would leave no probability distribution.
        static double Take(int count, double y, double ratio) => Math.Clamp(count - (count + 1) * y * ratio, 0, count);
    }
}
