namespace Deq.Generators.Parsing;

/// <summary>Which options the arguments of a solver attribute become.</summary>
/// <param name="IsAdjoint">Whether it solves the adjoint problem.</param>
/// <param name="Solver">The option that holds the solver itself.</param>
/// <param name="StopMode">The option that holds the stop mode.</param>
/// <param name="CheckEvery">The option, and argument, that says how often residuals are read back; null where the attribute has none.</param>
/// <param name="Switches">Settings of a solver that are on or off.</param>
/// <param name="Limits">Limits of evaluations: argument, option, constant of its default.</param>
/// <param name="Tolerances">Tolerances: argument, option, constant of its default.</param>
internal sealed record SolverOptions(
    bool IsAdjoint,
    string Solver,
    string StopMode,
    string? CheckEvery,
    ImmutableArray<string> Switches,
    ImmutableArray<(string Argument, string Option, string Default)> Limits,
    ImmutableArray<(string Argument, string Option, string Default)> Tolerances)
{
    public const string MaxEvaluations = "MaxEvaluations";
    public const string Tolerance = "Tolerance";
    public const string CheckEveryArgument = "CheckEvery";

    public static readonly SolverOptions Forward = new(
        IsAdjoint: false,
        "Solver",
        "StopMode",
        CheckEveryArgument,
        [SolverKind.LineSearch],
        [(MaxEvaluations, MaxEvaluations, MaxEvaluations), ("InferenceMaxEvaluations", "InferenceMaxEvaluations", MaxEvaluations)],
        [(Tolerance, Tolerance, Tolerance), ("InferenceTolerance", "InferenceTolerance", Tolerance)]);

    public static readonly SolverOptions Backward = new(
        IsAdjoint: true,
        "BackwardSolver",
        "BackwardStopMode",
        CheckEvery: null,
        [SolverKind.LineSearch, SolverKind.Precondition],
        [(MaxEvaluations, "BackwardMaxEvaluations", "BackwardMaxEvaluations")],
        [(Tolerance, "BackwardTolerance", "BackwardTolerance")]);
}
