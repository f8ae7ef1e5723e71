namespace Deq.Generators.Diagnostics;

/// <summary>Rules about the states z and where their solve starts.</summary>
internal static class StateRules
{
    private const string Category = "Deq.State";

    public static readonly DiagnosticDescriptor DuplicateNames = new(
        "DEQ020", "States have different names",
        "The cell '{0}' has two states called '{1}' and '{2}': names of states differ by more than their case",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ020"));

    public static readonly DiagnosticDescriptor OrderDiffers = new(
        "DEQ021", "States come in one order everywhere",
        "{0} names the states ({1}), but the cell '{2}' takes them as ({3}): the branches would be swapped. Write ({4}).",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ021"));

    public static readonly DiagnosticDescriptor InitialStateMissing = new(
        "DEQ022", "The layer tells where its solve starts",
        "'{0}' needs a method that gives the initial state, since {1}. Write: [InitialState] private {2}.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ022"));

    public static readonly DiagnosticDescriptor InitialStateSignature = new(
        "DEQ023", "The initial state is made from the layer's inputs",
        "The initial state '{0}' {1}. It returns '{2}' and takes inputs of the cell by their names, of which there are: {3}.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ023"));

    public static readonly DiagnosticDescriptor SeveralInitialStates = new(
        "DEQ024", "A layer has one method for its initial state",
        "'{0}' has {1} methods for its initial state: {2}. Keep [InitialState] on one of them.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ024"));
}
