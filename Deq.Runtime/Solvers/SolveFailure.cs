namespace Deq.Solvers;

/// <summary>Whether a failed solve throws.</summary>
internal static class SolveFailure
{
    public static void ThrowWhereAsked(SolveStatistics statistics, OnFailure onFailure)
    {
        var throws = onFailure switch
        {
            OnFailure.Throw => statistics.Outcome != SolveOutcome.Converged,
            OnFailure.ThrowIfNotFinite => statistics.Outcome == SolveOutcome.NotFinite,
            _ => false,
        };
        if (throws) throw new EquilibriumSolveException(statistics);
    }
}
