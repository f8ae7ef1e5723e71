namespace Deq.Generators.Diagnostics;

/// <summary>Rules about <c>[Gradient]</c> and <c>[Reversible]</c>.</summary>
internal static class GradientRules
{
    private const string Category = "Deq.Gradient";

    public static readonly DiagnosticDescriptor UnknownMode = new(
        "DEQ037", "The gradient mode exists",
        "There is no gradient mode '{0}'. Did you mean '{1}'? There are: {2}.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ037"));

    public static readonly DiagnosticDescriptor Beta = new(
        "DEQ040", "The beta of a reversible layer is in (0, 2)",
        "beta = {0}: the reversible iteration converges for no beta outside (0, 2); the authors use 0.5 to 0.8",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ040"));

    public static readonly DiagnosticDescriptor BetaIsOne = new(
        "DEQ041", "The beta of a reversible layer is not 1",
        "beta = 1: a step that keeps nothing of the old state cannot be undone; the authors use 0.5 to 0.8",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ041"));

    public static readonly DiagnosticDescriptor Reconstruction = new(
        "DEQ042", "The steps of a reversible layer can be undone",
        "Undoing {0} steps with beta {1} in {2} may lose {3} digits of {4}: the gradient can be wrong. Leave KeepEvery to its default or lower it, or keep the state in Float64.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ042"));

    public static readonly DiagnosticDescriptor Conflict = new(
        "DEQ043", "Attributes of a layer agree",
        "[{0}] contradicts [{1}]: {2}. Remove one of them.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ043"));

    public static readonly DiagnosticDescriptor ReversiblePenalty = new(
        "DEQ044", "A reversible layer keeps no tape",
        "[JacobianReg] on the reversible layer '{0}' records one extra evaluation per drawn penalty, whose memory [Reversible] is there to save",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ044"));

    public static readonly DiagnosticDescriptor ReversibleSolver = new(
        "DEQ045", "A reversible layer is solved by its own iteration",
        "[{0}] has no place on the reversible layer '{1}': its steps are its solver, and its gradient needs no adjoint solve",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ045"));

    public static readonly DiagnosticDescriptor Setting = new(
        "DEQ046", "Steps and damping of a gradient are in range",
        "{0} = {1}: {2}; the default is {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ046"));

    public static readonly DiagnosticDescriptor BroydenNeeded = new(
        "DEQ047", "The inverse of the forward solve is Broyden's",
        "{0} takes the inverse that the forward solve's Broyden method builds, but the solver is '{1}'. Write [Solver(\"broyden\")], or leave it out.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ047"));

    public static readonly DiagnosticDescriptor UnrolledSolver = new(
        "DEQ048", "An unrolled gradient goes through iterations that can be differentiated",
        "[Gradient(\"unrolled\")] back-propagates through the solver's steps, and '{0}' as declared takes steps by trial. Write picard, anderson or broyden without LineSearch, or take another gradient.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ048"));
}
