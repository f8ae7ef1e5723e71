namespace Deq;

/// <summary>What one solve did: plain numbers, never a tensor.</summary>
/// <remarks>A sample's entries depend on that sample alone, not on what stands beside it in the batch.</remarks>
public sealed class SolveStatistics
{
    internal SolveStatistics(string subject, string solver, double tolerance, int evaluations,
        double[][] residuals, int[] sampleEvaluations, double[] residual, SolveOutcome[] outcomes)
    {
        (Subject, Solver, Tolerance, Evaluations) = (subject, solver, tolerance, evaluations);
        (Residuals, SampleEvaluations, SampleResidual, Outcomes) = (residuals, sampleEvaluations, residual, outcomes);
        Outcome = outcomes.Length == 0 ? SolveOutcome.Converged : outcomes.Max();
        Residual = residual.Length == 0 ? 0 : residual.Max();
    }

    /// <summary>What was solved: "the forward solve of TransformerLayer".</summary>
    public string Subject { get; }

    /// <summary>The solver's name.</summary>
    public string Solver { get; }

    /// <summary>The residual at which a sample was done.</summary>
    public double Tolerance { get; }

    /// <summary>Calls of the cell, f(z_0) included and the recorded one not; in an adjoint solve, vector-Jacobian products.</summary>
    public int Evaluations { get; }

    /// <summary>Evaluations until each sample was done.</summary>
    public IReadOnlyList<int> SampleEvaluations { get; }

    /// <summary>The residual of every evaluation and sample; a sample that is done keeps its last one.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Residuals { get; }

    /// <summary>The residual at the iterate that became each sample's result.</summary>
    public IReadOnlyList<double> SampleResidual { get; }

    /// <summary>How the solve ended for each sample.</summary>
    public IReadOnlyList<SolveOutcome> Outcomes { get; }

    /// <summary>The gravest of <see cref="Outcomes"/>.</summary>
    public SolveOutcome Outcome { get; }

    /// <summary>The largest of <see cref="SampleResidual"/>.</summary>
    public double Residual { get; }

    /// <summary>Which samples converged.</summary>
    public IReadOnlyList<bool> Converged => [.. Outcomes.Select(o => o == SolveOutcome.Converged)];

    /// <summary>What happened, and where it did not converge, what to try.</summary>
    public string Message => SolveMessage.Of(this);

    /// <inheritdoc/>
    public override string ToString() => Message;
}
