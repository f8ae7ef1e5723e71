namespace Deq.Generators.Diagnostics;

/// <summary>Rules about <c>[Solver]</c> and <c>[BackwardSolver]</c>.</summary>
internal static class SolverRules
{
    private const string Category = "Deq.Solver";

    public static readonly DiagnosticDescriptor UnknownName = new(
        "DEQ030", "The solver exists",
        "There is no solver '{0}' for the {1} problem. Did you mean '{2}'? There are: {3}.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ030"));

    public static readonly DiagnosticDescriptor Tolerance = new(
        "DEQ031", "A tolerance is positive",
        "{0} = {1}: a tolerance is a positive, finite number; the default is {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ031"));

    public static readonly DiagnosticDescriptor Limit = new(
        "DEQ032", "A limit of evaluations is at least 1",
        "{0} = {1}: {2}; the default is {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ032"));

    public static readonly DiagnosticDescriptor Setting = new(
        "DEQ033", "Memory and damping are in range",
        "{0} = {1}: {2}; the default is {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ033"));

    public static readonly DiagnosticDescriptor UnusedSetting = new(
        "DEQ034", "What is set is used",
        "{0} has no effect: {1}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ034"));

    public static readonly DiagnosticDescriptor StopMode = new(
        "DEQ035", "The stop mode exists",
        "StopMode = {0} is none of the stop modes, which are: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ035"));

    public static readonly DiagnosticDescriptor SolverType = new(
        "DEQ036", "A solver given by its type can be made",
        "'{0}' {1}. A solver given by its type is a record that derives from Deq.Solvers.FixedPointSolver and that the layer can make without arguments.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ036"));

    /// <summary>Why a setting has no effect.</summary>
    public static string NotUsedBy(string name, string users, string? reason = null) =>
        $"'{name}' does not use it{(reason is null ? "" : $": {reason}")}. Remove it, or choose one that does: {users}.";

    public const string LimitedByRefine = "the limit of the solve that refines a SHINE gradient is its Refine. Remove it, and set Refine.";

    public const string NotUsedByAType =
        "a solver that is given by its type is made by its constructor without parameters. Set it there, or give a solver by its name.";
}
