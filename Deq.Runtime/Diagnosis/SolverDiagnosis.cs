using Deq.Solvers;

namespace Deq;

/// <summary>What one solver did in a diagnosis, forward or adjoint; for a reversible layer, what one beta did.</summary>
public sealed record SolverDiagnosis
{
    internal SolverDiagnosis(string declaration, string attribute, SolveStatistics statistics, double milliseconds, double evaluationMilliseconds)
    {
        (Declaration, Attribute, Statistics, Milliseconds) = (declaration, attribute, statistics, milliseconds);
        Cost = evaluationMilliseconds > 0 ? milliseconds / evaluationMilliseconds : double.NaN;
        Residuals = [.. statistics.Residuals.Select(row => row.Count == 0 ? 0 : row.Max(r => double.IsNaN(r) ? double.PositiveInfinity : r))];
        Estimate = Extrapolation.Evaluations(Residuals, statistics);
    }

    /// <summary>The solver's name.</summary>
    public string Name => Statistics.Solver;

    /// <summary>The solver, to be set in options; null for a reversible iteration.</summary>
    public Solver? Solver { get; internal init; }

    /// <summary>The beta of a reversible iteration; null for a solver.</summary>
    public double? Beta { get; internal init; }

    /// <summary>Whether the layer declares it, or its options set it: it runs with its own settings and the diagnosis's limit.</summary>
    public bool IsOwn { get; internal init; }

    /// <summary>Its settings in words: <c>"picard", Damping = 0.5</c>.</summary>
    public string Declaration { get; }

    /// <summary>How the solve ended; the gravest of its samples.</summary>
    public SolveOutcome Outcome => Statistics.Outcome;

    /// <summary>The largest residual of a sample after every evaluation; infinite where one is not finite.</summary>
    public IReadOnlyList<double> Residuals { get; }

    /// <summary>The largest of the residuals that the samples' results have.</summary>
    public double Residual => Statistics.Residual;

    /// <summary>Evaluations, or products J^T u, that it took until every sample met the tolerance; null where one has not.</summary>
    public int? EvaluationsToTolerance => Outcome == SolveOutcome.Converged ? Statistics.Evaluations : null;

    /// <summary>
    /// Where the limit ended a residual that still fell: the evaluations that it would take at the rate of the second half. Null where it
    /// converged, and where nothing can be said.
    /// </summary>
    public int? Estimate { get; }

    /// <summary>The time of the solve, measured once: good for a comparison of solvers, not for a benchmark.</summary>
    public double Milliseconds { get; }

    /// <summary>That time in units of one evaluation of the cell, or of one product.</summary>
    public double Cost { get; }

    /// <summary>All that is known of the solve, per sample.</summary>
    public SolveStatistics Statistics { get; }

    /// <summary>The attribute to write it in: <c>Solver</c>, <c>BackwardSolver</c> or <c>Reversible</c>.</summary>
    internal string Attribute { get; }

    /// <summary>The attribute that declares it with a limit.</summary>
    /// <param name="limit">Evaluations; of a reversible iteration, steps.</param>
    internal string WithLimit(int limit) => $"[{Attribute}({Declaration}, {(Beta is null ? "MaxEvaluations" : "Steps")} = {limit})]";
}
