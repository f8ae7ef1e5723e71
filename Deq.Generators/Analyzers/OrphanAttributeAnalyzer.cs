using Deq.Generators.Diagnostics;
using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Generators.Analyzers;

/// <summary>Attributes of a layer on a class that is none (DEQ060).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OrphanAttributeAnalyzer : DiagnosticAnalyzer
{
    private const string Suffix = "Attribute";

    private static readonly ImmutableArray<string> OnClasses =
    [
        RuntimeNames.SolverAttribute, RuntimeNames.BackwardSolverAttribute, RuntimeNames.GradientAttribute, RuntimeNames.ReversibleAttribute,
        RuntimeNames.JacobianRegAttribute, RuntimeNames.FixedPointCorrectionAttribute,
    ];

    private static readonly ImmutableArray<string> OnMethods = [RuntimeNames.CellAttribute, RuntimeNames.InitialStateAttribute];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [ClassRules.AttributeWithoutLayer];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(static symbol => Check(symbol, symbol.Symbol.ContainingType, OnMethods), SymbolKind.Method);
        context.RegisterSymbolAction(static symbol => Check(symbol, (INamedTypeSymbol)symbol.Symbol, OnClasses), SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context, INamedTypeSymbol? type, ImmutableArray<string> attributes)
    {
        foreach (var attribute in context.Symbol.GetAttributes())
        {
            if (!attributes.Any(name => LayerAttributes.Is(attribute, name))) continue;
            if (type is null || LayerAttributes.Find(type, RuntimeNames.EquilibriumLayerAttribute) is not null) return;

            string name = attribute.AttributeClass!.Name;
            var place = AttributePlaces.Of(attribute, context.CancellationToken) ?? Location.None;
            context.ReportDiagnostic(Diagnostic.Create(
                ClassRules.AttributeWithoutLayer, place, name.Substring(0, name.Length - Suffix.Length), type.Name));
        }
    }
}
