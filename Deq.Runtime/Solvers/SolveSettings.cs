namespace Deq.Solvers;

/// <summary>What one solve is held to.</summary>
/// <param name="Subject">What is solved, for messages: "the forward solve of TransformerLayer".</param>
/// <param name="Solver">The method.</param>
/// <param name="MaxEvaluations">Most evaluations, the first included; at least 1.</param>
/// <param name="Tolerance">The residual per sample at which the solve ends.</param>
/// <param name="StopMode">How the residual is measured.</param>
/// <param name="OnFailure">What becomes of a sample that fails.</param>
/// <param name="Observer">Who watches the solve; null for nobody.</param>
/// <param name="CheckEvery">Residuals are read every so many evaluations, as <see cref="EquilibriumOptions.CheckEvery"/> says; at least 1, null for the device's default.</param>
public sealed record SolveSettings(
    string Subject,
    Solver Solver,
    int MaxEvaluations = EquilibriumDefaults.MaxEvaluations,
    double Tolerance = EquilibriumDefaults.Tolerance,
    StopMode StopMode = EquilibriumDefaults.StopMode,
    OnFailure OnFailure = EquilibriumDefaults.OnFailure,
    ISolveObserver? Observer = null,
    int? CheckEvery = null)
{
    /// <summary>Whether the meter hears nothing of the solve: it is a trial and not one that the program makes.</summary>
    internal bool IsTrial { get; init; }

    /// <summary>Per sample, by what an absolute residual of the problem that is solved is that of the problem that was asked; null for one.</summary>
    internal IReadOnlyList<double>? Scales { get; init; }
}
