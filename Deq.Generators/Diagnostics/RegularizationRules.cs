namespace Deq.Generators.Diagnostics;

/// <summary>Rules about <c>[JacobianReg]</c> and <c>[FixedPointCorrection]</c>.</summary>
internal static class RegularizationRules
{
    private const string Category = "Deq.Regularization";

    public static readonly DiagnosticDescriptor Gamma = new(
        "DEQ050", "The weight of the Jacobian penalty is not negative",
        "gamma = {0}: the weight of the Jacobian penalty is a finite number that is not negative",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ050"));

    public static readonly DiagnosticDescriptor GammaIsZero = new(
        "DEQ051", "The weight of the Jacobian penalty is zero",
        "gamma = 0: the penalty is drawn only where options set another weight. Remove [JacobianReg] if none do.",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ051"));

    public static readonly DiagnosticDescriptor Sampling = new(
        "DEQ052", "What is drawn and recorded is in range",
        "{0} = {1}: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ052"));
}
