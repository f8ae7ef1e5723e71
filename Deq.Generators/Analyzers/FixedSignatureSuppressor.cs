using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Generators.Analyzers;

/// <summary>
/// Silences advice of other analyzers that contradicts ours: the form of a layer's cell and of its initial state is given by the layer, so that
/// they are told neither to become static (DEQ015 says the contrary) nor to drop a parameter (DEQ012, DEQ013 and DEQ016 speak of those).
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FixedSignatureSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor
        MarkAsStatic = new("DEQS001", "CA1822", "The cell and the initial state of an equilibrium layer are instance methods"),
        UnusedParameter = new("DEQS002", "IDE0060", "The parameters of a cell and of an initial state are the layer's states and inputs"),
        ReviewUnusedParameter = new("DEQS003", "CA1801", "The parameters of a cell and of an initial state are the layer's states and inputs");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [MarkAsStatic, UnusedParameter, ReviewUnusedParameter];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (MethodAt(diagnostic.Location, context) is not { } method || !HasFixedSignature(method)) continue;
            context.ReportSuppression(Suppression.Create(SupportedSuppressions.First(suppression => suppression.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
        }
    }

    /// <summary>CA1822 stands at the method's name, the others at a parameter; a finding on a local function is not the method's.</summary>
    private static IMethodSymbol? MethodAt(Location location, SuppressionAnalysisContext context)
    {
        if (location.SourceTree is not { } tree) return null;
        var node = tree.GetRoot(context.CancellationToken).FindNode(location.SourceSpan);
        return context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken) switch
        {
            IMethodSymbol method => method,
            IParameterSymbol { ContainingSymbol: IMethodSymbol method } => method,
            _ => null,
        };
    }

    private static bool HasFixedSignature(IMethodSymbol method) =>
        (LayerAttributes.Find(method, RuntimeNames.CellAttribute) ?? LayerAttributes.Find(method, RuntimeNames.InitialStateAttribute)) is not null
        && LayerAttributes.Find(method.ContainingType, RuntimeNames.EquilibriumLayerAttribute) is not null;
}
