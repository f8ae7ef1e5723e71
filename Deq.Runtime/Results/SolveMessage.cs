using System.Globalization;

namespace Deq;

/// <summary>Statistics in words: what happened and what to try.</summary>
internal static class SolveMessage
{
    /// <summary>What statistics call the reversible iteration.</summary>
    public const string Reversible = "reversible";

    private const int NamedSamples = 8;

    public static string Of(SolveStatistics s)
    {
        var failed = Enumerable.Range(0, s.Outcomes.Count).Where(b => s.Outcomes[b] == s.Outcome).ToArray();
        var counted = string.Create(CultureInfo.InvariantCulture,
            $"{s.Evaluations} evaluations of {s.Solver}, largest residual {s.Residual:g3}, tolerance {s.Tolerance:g3}");
        var who = failed.Length == s.Outcomes.Count ? "every sample" : Samples(failed);
        return s.Outcome switch
        {
            // Its limit is part of what it computes, and no solver can take its place.
            SolveOutcome.LimitReached or SolveOutcome.Stagnated when s.Solver == Reversible => string.Create(CultureInfo.InvariantCulture,
                $"{s.Subject} took all its steps for {who}: {s.Evaluations} evaluations, largest residual before the last step {s.Residual:g3}. ")
                + "Where the equilibrium itself is wanted, take more Steps, a Beta nearer to 0.5, or train with [JacobianReg] so that fewer are needed.",
            SolveOutcome.Diverged when s.Solver == Reversible => string.Create(CultureInfo.InvariantCulture,
                $"{s.Subject} runs away for {who}: {s.Evaluations} evaluations, largest residual before the last step {s.Residual:g3}. ")
                + "The cell is no contraction there: normalise it (LayerNorm, WeightNormLinear), or train with [JacobianReg].",
            SolveOutcome.Converged => $"{s.Subject} converged: {counted}.",
            SolveOutcome.LimitReached => $"{s.Subject} reached its limit of evaluations for {who}: {counted}. "
                + "Raise MaxEvaluations, loosen Tolerance, or train with [JacobianReg] so that fewer are needed.",
            SolveOutcome.Stagnated => $"{s.Subject} stagnated for {who}: {counted}. "
                + "Try broyden, a larger Memory or a Damping below 1; or the tolerance is below what the type can resolve.",
            SolveOutcome.Diverged => $"{s.Subject} diverged for {who}: {counted}. "
                + "The cell is no contraction there: try broyden or a Damping below 1, normalise the cell (LayerNorm, WeightNormLinear), or train with [JacobianReg].",
            _ => $"{s.Subject} met values that are not finite for {who}: {counted}. "
                + "Look for infinities or NaN in that input and in the parameters; a learning rate that is too large is the usual cause.",
        };
    }

    public static string Samples(IReadOnlyList<int> samples) => samples.Count switch
    {
        1 => $"sample {samples[0]}",
        <= NamedSamples => $"samples {string.Join(", ", samples)}",
        _ => $"samples {string.Join(", ", samples.Take(NamedSamples))} and {samples.Count - NamedSamples} more",
    };
}
