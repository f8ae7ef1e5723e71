using System.Globalization;

namespace Deq.Samples.Training;

/// <summary>
/// Looks at the solves of a step. A solve that is not finite ends the training at once; one that diverges may be a single hard batch,
/// so it ends the training when it happens many steps one after another.
/// </summary>
internal static class SolveWatch
{
    /// <summary>Steps one after another in which a solve may diverge.</summary>
    public const int Patience = 50;

    /// <summary>A relative residual, mean over the batch, at which a solve is as good as none, and the evaluations after which that is held against it.</summary>
    private const double Lost = 0.5;
    private const int FairEvaluations = 4;

    /// <summary>Residuals of a report: the first and the last of these.</summary>
    private const int Shown = 6;

    /// <summary>The gravest solve among those of the layers' latest calls; null where none is finished.</summary>
    public static SolveStatistics? Gravest(IEnumerable<IEquilibriumLayer> layers) => layers
        .SelectMany(layer => new[] { layer.Statistics.Forward, layer.Statistics.Backward })
        .OfType<SolveStatistics>()
        .MaxBy(solve => (solve.Outcome, solve.Residual));

    /// <summary>Whether a solve moved away from its equilibrium, or came nowhere near it.</summary>
    public static bool Diverges(SolveStatistics solve) =>
        solve.Outcome == SolveOutcome.Diverged || (solve.Evaluations >= FairEvaluations && solve.SampleResidual.Average() > Lost);

    /// <summary>Which solve it was, how it ended, and how its residual went.</summary>
    public static string Describe(SolveStatistics solve)
    {
        double[] worst = [.. solve.Residuals.Select(samples => samples.DefaultIfEmpty(double.NaN).Max())];
        IEnumerable<string> shown = worst.Length <= 2 * Shown
            ? worst.Select(Text)
            : [.. worst.Take(Shown).Select(Text), "...", .. worst.TakeLast(Shown).Select(Text)];
        return $"{solve.Message} Residuals, largest of the batch: {string.Join(' ', shown)}";
    }

    private static string Text(double residual) => residual.ToString("0.0e0", CultureInfo.InvariantCulture);
}
