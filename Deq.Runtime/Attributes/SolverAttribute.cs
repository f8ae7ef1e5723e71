namespace Deq;

/// <summary>
/// The solver of the forward problem z = f(z; x): <c>picard</c> (alias <c>fixed_point</c>), <c>anderson</c>, <c>broyden</c> or <c>newton_krylov</c>,
/// or a type of one's own.
/// Without the attribute: <c>anderson</c> with the defaults of <see cref="EquilibriumDefaults"/>.
/// </summary>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// [Solver("broyden", MaxEvaluations = 30, InferenceMaxEvaluations = 20, Tolerance = 1e-3)]
/// </code>
/// What is emitted: <c>DeclaredOptions = new() { Solver = new Broyden(), MaxEvaluations = 30, ... }</c>.
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SolverAttribute : Attribute
{
    /// <summary>A solver of Deq's.</summary>
    /// <param name="name">The solver's name, in lower case.</param>
    public SolverAttribute(string name) => Name = name;

    /// <summary>A solver of one's own.</summary>
    /// <param name="solver">A type that derives from <see cref="Solvers.FixedPointSolver"/>, is not abstract, and has a constructor without parameters.</param>
    public SolverAttribute(Type solver) => SolverType = solver;

    /// <summary>The solver's name; null where a type is given.</summary>
    public string? Name { get; }

    /// <summary>The solver's type; null where a name is given.</summary>
    public Type? SolverType { get; }

    /// <summary>Most evaluations of f in a solve, f(z_0) included; at least 1. Default <see cref="EquilibriumDefaults.MaxEvaluations"/>.</summary>
    public int MaxEvaluations { get; set; } = EquilibriumDefaults.MaxEvaluations;

    /// <summary>The residual per sample at which a solve ends; positive. Default <see cref="EquilibriumDefaults.Tolerance"/>.</summary>
    public double Tolerance { get; set; } = EquilibriumDefaults.Tolerance;

    /// <summary>The limit in eval mode; at least 1. Default: that of training.</summary>
    public int InferenceMaxEvaluations { get; set; } = EquilibriumDefaults.MaxEvaluations;

    /// <summary>The tolerance in eval mode; positive. Default: that of training.</summary>
    public double InferenceTolerance { get; set; } = EquilibriumDefaults.Tolerance;

    /// <summary>How the residual is measured. Default <see cref="StopMode.Relative"/>.</summary>
    public StopMode StopMode { get; set; } = EquilibriumDefaults.StopMode;

    /// <summary>
    /// Anderson: the window, at least 1 (default <see cref="EquilibriumDefaults.Memory"/>).
    /// Broyden: steps kept before a restart, at least 1 (default: all). Not for Picard.
    /// </summary>
    public int Memory { get; set; } = EquilibriumDefaults.Memory;

    /// <summary>
    /// Picard and Anderson: the share of f(z) in the next iterate; Broyden: that of the quasi-Newton step which is taken. In (0, 1], default
    /// <see cref="EquilibriumDefaults.Damping"/>. Not for Newton-Krylov, which decides the length of every step itself.
    /// </summary>
    public double Damping { get; set; } = EquilibriumDefaults.Damping;

    /// <summary>Broyden: whether every sample's step is shortened until it is of use; see <see cref="Solvers.Broyden.LineSearch"/>. Default false.</summary>
    public bool LineSearch { get; set; }

    /// <summary>
    /// Residuals are read back and checked every so many evaluations; at least 1. Default <see cref="EquilibriumDefaults.CheckEvery"/>, on a GPU
    /// <see cref="EquilibriumDefaults.CheckEveryOnGpu"/>. Of use to Picard, the adjoint's too; see <see cref="EquilibriumOptions.CheckEvery"/>.
    /// </summary>
    public int CheckEvery { get; set; } = EquilibriumDefaults.CheckEvery;
}
