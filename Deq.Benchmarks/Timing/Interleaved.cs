namespace Deq.Benchmarks.Timing;

/// <summary>
/// Actions that take turns, round by round: what else the machine does meanwhile hits all of them, and a ratio within a round is steadier
/// than either time.
/// </summary>
internal sealed class Interleaved
{
    private const int WarmUpRounds = 2;
    private readonly double[][] seconds;

    private Interleaved(double[][] seconds) => this.seconds = seconds;

    /// <param name="actions">What to time.</param>
    /// <param name="rounds">Turns of each.</param>
    /// <param name="repeats">How often an action runs in one turn.</param>
    public static Interleaved Run(IReadOnlyList<Action> actions, int rounds, int repeats = 1) => Measure(
        [.. actions.Select(action => (Func<double>)(() =>
        {
            double start = Clock.Now;
            for (int i = 0; i < repeats; i++) action();
            return (Clock.Now - start) / repeats;
        }))], rounds);

    /// <param name="clocks">Each runs its action and gives the seconds that took.</param>
    /// <param name="rounds">Turns of each.</param>
    public static Interleaved Measure(IReadOnlyList<Func<double>> clocks, int rounds)
    {
        double[][] seconds = [.. clocks.Select(_ => new double[rounds])];
        // A single round is asked for where no figure counts.
        for (int round = rounds == 1 ? 0 : -WarmUpRounds; round < rounds; round++)
        {
            for (int i = 0; i < clocks.Count; i++)
            {
                double time = clocks[i]();
                if (round >= 0) seconds[i][round] = time;
            }
        }

        return new(seconds);
    }

    /// <summary>The median time of an action.</summary>
    public double Seconds(int action) => Duel.Median(seconds[action]);

    /// <summary>The median over the rounds of one action's time over another's.</summary>
    public double Ratio(int action, int to) => Duel.Median([.. seconds[action].Zip(seconds[to], (a, b) => a / b)]);
}
