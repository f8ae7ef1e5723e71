namespace Deq;

/// <summary>
/// The solver of the adjoint problem u = J^T u + dL/dz*: <c>picard</c> (alias <c>fixed_point</c>), <c>anderson</c>, <c>broyden</c>, <c>newton_krylov</c> or <c>gmres</c>.
/// Without the attribute: the forward solver's kind and memory.
/// </summary>
/// <param name="name">The solver's name, in lower case.</param>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// [Solver("broyden")]
/// [BackwardSolver("anderson", MaxEvaluations = 12, Tolerance = 1e-3)]
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BackwardSolverAttribute(string name) : Attribute
{
    /// <summary>The solver's name.</summary>
    public string Name { get; } = name;

    /// <summary>Most vector-Jacobian products in a solve; at least 1. Default <see cref="EquilibriumDefaults.BackwardMaxEvaluations"/>.</summary>
    public int MaxEvaluations { get; set; } = EquilibriumDefaults.BackwardMaxEvaluations;

    /// <summary>The residual per sample at which the solve ends; positive. Default <see cref="EquilibriumDefaults.BackwardTolerance"/>.</summary>
    public double Tolerance { get; set; } = EquilibriumDefaults.BackwardTolerance;

    /// <summary>How the residual is measured. Default <see cref="StopMode.Relative"/>.</summary>
    public StopMode StopMode { get; set; } = EquilibriumDefaults.StopMode;

    /// <summary>
    /// Anderson: the window, at least 1 (default <see cref="EquilibriumDefaults.Memory"/>).
    /// Broyden: steps kept before a restart, at least 1 (default: all). Not for Picard.
    /// </summary>
    public int Memory { get; set; } = EquilibriumDefaults.Memory;

    /// <summary>Picard and Anderson: the share of the new value in the next iterate, in (0, 1]. Default <see cref="EquilibriumDefaults.Damping"/>.</summary>
    public double Damping { get; set; } = EquilibriumDefaults.Damping;
}
