namespace Deq.Generators.Diagnostics;

/// <summary>Rules about the cell, the method f(z; x).</summary>
internal static class CellRules
{
    private const string Category = "Deq.Cell";

    public static readonly DiagnosticDescriptor NotOrdinary = new(
        "DEQ007", "The cell is an ordinary method without type parameters",
        "The cell '{0}' is {1}; a cell is an ordinary method without type parameters",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ007"));

    public static readonly DiagnosticDescriptor Missing = new(
        "DEQ010", "An equilibrium layer has a cell",
        "'{0}' has no cell. Mark the method f(z; x) whose fixed point it computes: [Cell] private {1}.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ010"));

    public static readonly DiagnosticDescriptor Several = new(
        "DEQ011", "An equilibrium layer has one cell",
        "'{0}' has {1} cells: {2}. Keep [Cell] on one of them; several states are a tuple that one cell returns.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ011"));

    public static readonly DiagnosticDescriptor ReturnType = new(
        "DEQ012", "A cell returns its states",
        "The cell '{0}' returns '{1}'; a cell returns its state as Tensor, or several as a tuple or an array of Tensor",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ012"));

    public static readonly DiagnosticDescriptor Parameters = new(
        "DEQ013", "A cell takes its states, then its inputs",
        "The cell '{0}' {1}. It takes its states first, in the order in which it returns them, each as Tensor (an array of them as that array); then its inputs, all by value.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ013"));

    public static readonly DiagnosticDescriptor Asynchronous = new(
        "DEQ014", "A cell runs to its end when it is called",
        "The cell '{0}' is {1}; the solver needs f(z; x) when the call returns. Make it an ordinary method that returns Tensor, or a tuple or array of them.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ014"));

    public static readonly DiagnosticDescriptor Static = new(
        "DEQ015", "A cell is an instance method",
        "The cell '{0}' is static: it cannot use the layer's modules and parameters, so nothing in the layer is trained. Remove 'static'.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ015"));

    public static readonly DiagnosticDescriptor UnreadInput = new(
        "DEQ016", "A cell reads its inputs",
        "The cell '{0}' never reads its input '{1}', so the equilibrium does not depend on it",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ016"));
}
