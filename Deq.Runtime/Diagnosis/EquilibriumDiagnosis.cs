namespace Deq;

/// <summary>
/// What <c>layer.Diagnose(x)</c> found: how every solver does on this layer and these inputs, what stands in the way, and what to set. Plain
/// numbers and words; <see cref="ToString"/> is a report of them.
/// </summary>
public sealed class EquilibriumDiagnosis
{
    internal EquilibriumDiagnosis() { }

    /// <summary>The layer's name.</summary>
    public required string Layer { get; init; }

    /// <summary>B, the samples that it was called with.</summary>
    public required int Samples { get; init; }

    /// <summary>d, the numbers in a sample's state, all states together.</summary>
    public required long StateSize { get; init; }

    /// <summary>The type that the cell computes in.</summary>
    public required TorchSharp.torch.ScalarType Type { get; init; }

    /// <summary>The forward residual that was to be reached.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The adjoint residual that was to be reached.</summary>
    public required double BackwardTolerance { get; init; }

    /// <summary>The evaluations that every solver was given.</summary>
    public required int MaxEvaluations { get; init; }

    /// <summary>The time of one evaluation of the cell, measured once.</summary>
    public required double EvaluationMilliseconds { get; init; }

    /// <summary>The time of one product J^T u, measured once; NaN where there was none.</summary>
    public required double ProductMilliseconds { get; init; }

    /// <summary>Samples at whose start the cell is not finite.</summary>
    public required IReadOnlyList<int> NotFinite { get; init; }

    /// <summary>
    /// The spectral radius of J = df/dz per sample, at the iterate of the solver that came nearest; NaN where the cell is not finite. Empty where it
    /// is finite nowhere.
    /// </summary>
    public required IReadOnlyList<double> SpectralRadii { get; init; }

    /// <summary>The largest of <see cref="SpectralRadii"/>: below 1 plain iteration converges near the fixed point. NaN where there is none.</summary>
    public double SpectralRadius => SpectralRadii.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();

    /// <summary>||J||_F / sqrt(d) per sample, by random probes: what <c>[JacobianReg]</c> drives down is its square.</summary>
    public required IReadOnlyList<double> JacobianNorms { get; init; }

    /// <summary>||f(z) - f(z)|| / ||f(z)|| of two evaluations at one point: 0 of a cell that is a function of its state.</summary>
    public required double Noise { get; init; }

    /// <summary>
    /// How far the cell's gradient is from its finite differences along random directions, from 0 to 1; null where the type has too few digits
    /// for differences, or the cell is finite nowhere.
    /// </summary>
    public required double? DerivativeError { get; init; }

    /// <summary>Every forward solver, the layer's own first; of a reversible layer, every beta.</summary>
    public required IReadOnlyList<SolverDiagnosis> Forward { get; init; }

    /// <summary>Every adjoint solver, the layer's own first; none where the layer's gradient solves no adjoint problem.</summary>
    public required IReadOnlyList<SolverDiagnosis> Adjoint { get; init; }

    /// <summary>
    /// Of a reversible layer, the share of the state that undoing its steps between two kept pairs loses; NaN where it is not finite. Null for
    /// other layers.
    /// </summary>
    public required double? InversionLoss { get; init; }

    /// <summary>The forward solver, or beta, to take; null where none is worth it.</summary>
    public required SolverDiagnosis? Best { get; init; }

    /// <summary>The adjoint solver to take; null where none is worth it, or none is needed.</summary>
    public required SolverDiagnosis? BestAdjoint { get; init; }

    /// <summary>
    /// What to change, as options: solvers, limits, tolerance, beta and steps; empty where nothing is. Over the layer's own,
    /// <c>layer.Options = diagnosis.Recommended.Over(layer.Options)</c>.
    /// </summary>
    public required EquilibriumOptions Recommended { get; init; }

    /// <summary>A gamma for <c>[JacobianReg]</c> to begin with; null where no penalty is called for.</summary>
    public required double? RecommendedGamma { get; init; }

    /// <summary>Whether the layer solves as declared and nothing was found that stands in its way.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>What was found and what to do, a sentence or two each: the cell, the forward solve, the adjoint solve, the penalty.</summary>
    public required IReadOnlyList<string> Advice { get; init; }

    /// <summary>The report.</summary>
    public override string ToString() => DiagnosisReport.Of(this);
}
