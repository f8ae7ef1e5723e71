namespace Deq;

/// <summary>
/// The solver of the adjoint problem u = J^T u + dL/dz*: <c>picard</c> (alias <c>fixed_point</c>), <c>anderson</c>, <c>broyden</c>, <c>newton_krylov</c> or <c>gmres</c>,
/// or a type of one's own.
/// Without the attribute: the forward solver's kind and memory.
/// </summary>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// [Solver("broyden")]
/// [BackwardSolver("anderson", MaxEvaluations = 12, Tolerance = 1e-3)]
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BackwardSolverAttribute : Attribute
{
    /// <summary>A solver of Deq's.</summary>
    /// <param name="name">The solver's name, in lower case.</param>
    public BackwardSolverAttribute(string name) => Name = name;

    /// <summary>A solver of one's own.</summary>
    /// <param name="solver">A type that derives from <see cref="Solvers.FixedPointSolver"/>, is not abstract, and has a constructor without parameters.</param>
    public BackwardSolverAttribute(Type solver) => SolverType = solver;

    /// <summary>The solver's name; null where a type is given.</summary>
    public string? Name { get; }

    /// <summary>The solver's type; null where a name is given.</summary>
    public Type? SolverType { get; }

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

    /// <summary>
    /// Picard and Anderson: the share of the new value in the next iterate; Broyden: that of the quasi-Newton step which is taken. In (0, 1], default
    /// <see cref="EquilibriumDefaults.Damping"/>. Not for Newton-Krylov and GMRES, which decide the length of every step themselves.
    /// </summary>
    public double Damping { get; set; } = EquilibriumDefaults.Damping;

    /// <summary>Broyden: whether every sample's step is shortened until it is of use; see <see cref="Solvers.Broyden.LineSearch"/>. Default false.</summary>
    public bool LineSearch { get; set; }

    /// <summary>
    /// GMRES: whether the Broyden inverse of the forward solve preconditions it, so the forward solver must be <c>broyden</c>; see
    /// <see cref="Solvers.Gmres.Precondition"/>. Default false.
    /// </summary>
    public bool Precondition { get; set; }
}
