namespace Deq.Generators.Diagnostics;

/// <summary>Rules about what a cell computes, in itself and in the methods of the class that it calls.</summary>
internal static class CellBodyRules
{
    private const string Category = "Deq.Cell";

    public static readonly DiagnosticDescriptor Random = new(
        "DEQ061", "A cell is the same function at every evaluation of a solve",
        "'{0}' is random, so the cell '{1}' is another function at each evaluation and has no fixed point. Use VariationalDropout, whose mask is drawn once per solve.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ061"));

    public static readonly DiagnosticDescriptor InPlace = new(
        "DEQ062", "A cell leaves its states as they are",
        "'{0}' changes the state '{1}' in place, which the solver still needs to compare it with the cell's value. Use the form that returns a new tensor.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ062"));

    public static readonly DiagnosticDescriptor CutsTape = new(
        "DEQ063", "A cell does not cut the tape",
        "'{0}' in the cell '{1}' takes operations off the tape: the implicit gradient would be wrong without an error. The solver itself runs the cell on no tape where none is needed.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ063"));

    public static readonly DiagnosticDescriptor BatchNorm = new(
        "DEQ064", "A cell normalises each sample by itself",
        "'{0}' in the cell '{1}' mixes the samples of a batch, and its running statistics see every iterate of a solve. Use GroupNorm or LayerNorm.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ064"));
}
