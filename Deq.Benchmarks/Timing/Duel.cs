namespace Deq.Benchmarks.Timing;

/// <summary>What a case took.</summary>
/// <param name="Seconds">One iteration, by contender: the median over the rounds.</param>
/// <param name="Ratio">The first contender's time over the second's: the median of the rounds' ratios; null where there is no second.</param>
internal sealed record Outcome(IReadOnlyList<double> Seconds, double? Ratio);

/// <summary>
/// Contenders that take turns, round by round: what else the machine does meanwhile hits both, and the ratio within a round is
/// steadier than either time.
/// </summary>
internal static class Duel
{
    private const double SecondsOfARound = 0.03;
    private const int WarmUpRounds = 3, CalibrationTries = 3, MostIterations = 1 << 26;

    /// <param name="benchmark">The case; contenders that have it not are left out.</param>
    /// <param name="contenders">Ours first.</param>
    /// <param name="rounds">Turns of each.</param>
    public static Outcome Fight(string benchmark, IReadOnlyList<IContender> contenders, int rounds)
    {
        IContender[] present = [.. contenders.Where(contender => contender.Has(benchmark))];
        int[] iterations = [.. present.Select(contender => Calibrate(contender, benchmark))];
        var seconds = present.Select(_ => new double[rounds]).ToArray();
        for (int round = -WarmUpRounds; round < rounds; round++)
        {
            for (int i = 0; i < present.Length; i++)
            {
                double time = present[i].Run(benchmark, iterations[i]) / iterations[i];
                if (round >= 0) seconds[i][round] = time;
            }
        }

        double? ratio = present.Length < 2 ? null : Median([.. seconds[0].Zip(seconds[1], (ours, theirs) => ours / theirs)]);
        return new([.. seconds.Select(Median)], ratio);
    }

    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>As many iterations as make a round long against the clock, and short against what disturbs the machine.</summary>
    /// <remarks>By the fastest of a few tries: the first compiles the loop, and would pass for a long round of one iteration.</remarks>
    private static int Calibrate(IContender contender, string benchmark)
    {
        int iterations = 1;
        while (iterations < MostIterations && Enumerable.Range(0, CalibrationTries).Min(_ => contender.Run(benchmark, iterations)) < SecondsOfARound)
            iterations *= 2;
        return iterations;
    }
}
