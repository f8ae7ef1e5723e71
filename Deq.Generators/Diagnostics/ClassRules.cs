namespace Deq.Generators.Diagnostics;

/// <summary>Rules about the class of a layer.</summary>
internal static class ClassRules
{
    private const string Category = "Deq.Layer";

    public static readonly DiagnosticDescriptor NotPartial = new(
        "DEQ001", "An equilibrium layer is partial",
        "'{0}' is an equilibrium layer and must be declared partial: the compiler writes its other part. Write 'partial class {0}'.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ001"));

    public static readonly DiagnosticDescriptor ContainerNotPartial = new(
        "DEQ002", "A type around an equilibrium layer is partial",
        "'{0}' contains the equilibrium layer '{1}' and must be declared partial, as every type around a layer",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ002"));

    public static readonly DiagnosticDescriptor NotAClass = new(
        "DEQ003", "An equilibrium layer is an ordinary class",
        "'{0}' is {1}; an equilibrium layer is an ordinary partial class that derives from torch.nn.Module<..., ...>",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ003"));

    public static readonly DiagnosticDescriptor NotAModule = new(
        "DEQ004", "An equilibrium layer derives from torch.nn.Module<..., ...>",
        "'{0}' does not derive from torch.nn.Module<...>. Derive it from '{1}': the cell's inputs, then its states.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ004"));

    public static readonly DiagnosticDescriptor BaseDoesNotFitCell = new(
        "DEQ005", "The base class fits the cell",
        "'{0}' derives from '{1}', but its cell '{2}' asks for '{3}': the cell's inputs, then its states",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ005"));

    public static readonly DiagnosticDescriptor Abstract = new(
        "DEQ006", "An equilibrium layer is not abstract",
        "'{0}' is abstract; an equilibrium layer is complete with its cell. Remove 'abstract', or put [EquilibriumLayer] on the classes that derive from it.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ006"));

    public static readonly DiagnosticDescriptor NameTaken = new(
        "DEQ008", "A name that the compiler writes is taken",
        "{0}, but the compiler writes a member called '{1}' for the layer. {2}.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ008"));

    public static readonly DiagnosticDescriptor NotRegistered = new(
        "DEQ009", "RegisterComponents is called",
        "'{0}' has the field '{1}' but calls RegisterComponents() in no constructor: its parameters are neither trained nor saved. Call it at the end of the constructor.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ009"));

    public static readonly DiagnosticDescriptor DerivesFromLayer = new(
        "DEQ017", "An equilibrium layer does not derive from another",
        "'{0}' derives from the equilibrium layer '{1}', whose equilibrium would be lost. Derive both from a common base, or hold the other layer in a field.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ017"));

    public static readonly DiagnosticDescriptor AttributeWithoutLayer = new(
        "DEQ060", "An attribute of an equilibrium layer needs [EquilibriumLayer]",
        "[{0}] has no effect: '{1}' is not marked [EquilibriumLayer]",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ060"));

    public static readonly DiagnosticDescriptor LanguageVersion = new(
        "DEQ065", "The language version is new enough",
        "What is written for '{0}' needs C# {1}, but this project compiles as C# {2}. Set <LangVersion>{1}</LangVersion> or newer, or remove it.",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of("DEQ065"));
}
