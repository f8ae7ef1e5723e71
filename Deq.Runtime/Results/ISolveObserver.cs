namespace Deq;

/// <summary>
/// Watches solves, forward and adjoint. Called on the thread that solves, between evaluations: what takes long here makes the solve
/// take long, and what is thrown here ends it.
/// </summary>
public interface ISolveObserver
{
    /// <summary>After every evaluation of f or product J^T u.</summary>
    /// <param name="subject">What is solved: "The forward solve of TransformerLayer".</param>
    /// <param name="evaluation">How many evaluations the solve has made, this one included.</param>
    /// <param name="residuals">The residual of every sample, as the stop mode measures it; a sample that is done keeps its last one.</param>
    void OnEvaluation(string subject, int evaluation, IReadOnlyList<double> residuals);

    /// <summary>At the end of a solve, also where it then throws for a sample that failed.</summary>
    /// <param name="statistics">What the solve did.</param>
    void OnEnd(SolveStatistics statistics);
}
