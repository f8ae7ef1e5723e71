using System.Collections.Concurrent;
using Deq.Generators.Diagnostics;
using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Generators.Analyzers;

/// <summary>
/// What a cell computes (DEQ016, 061 to 064): in its own body, lambdas and local functions included, and in the methods and properties
/// of the class that it uses, directly or through others.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CellBodyAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [CellRules.UnreadInput, CellBodyRules.Random, CellBodyRules.InPlace, CellBodyRules.CutsTape, CellBodyRules.BatchNorm];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolStartAction(Start, SymbolKind.NamedType);
    }

    private static void Start(SymbolStartAnalysisContext context)
    {
        var layer = (INamedTypeSymbol)context.Symbol;
        if (LayerAttributes.Find(layer, RuntimeNames.EquilibriumLayerAttribute) is null) return;

        var bodies = new ConcurrentDictionary<ISymbol, MethodBody>(SymbolEqualityComparer.Default);
        context.RegisterOperationBlockAction(block => bodies[MethodBody.Key(block.OwningSymbol)] = MethodBody.Read(block.OperationBlocks, layer));
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var cell in layer.GetMembers().OfType<IMethodSymbol>())
                if (LayerAttributes.Find(cell, RuntimeNames.CellAttribute) is not null) Report(end, cell, bodies);
        });
    }

    private static void Report(SymbolAnalysisContext context, IMethodSymbol cell, IReadOnlyDictionary<ISymbol, MethodBody> bodies)
    {
        if (!bodies.TryGetValue(MethodBody.Key(cell), out var own)) return;
        var reached = Reached(own, bodies).ToList();
        var parsed = CellParser.Parse(cell, module: null, new Findings(report: null, context.CancellationToken));
        if (parsed is not null)
        {
            foreach (var input in parsed.Inputs.Where(input => !own.Reads(input) && !input.Name.StartsWith("_", StringComparison.Ordinal)))
                context.ReportDiagnostic(Diagnostic.Create(CellRules.UnreadInput, input.Locations.FirstOrDefault(), cell.Name, input.Name));
            foreach (var (place, operation, state) in StateFlow.ChangesInPlace(parsed.States, reached))
                context.ReportDiagnostic(Diagnostic.Create(CellBodyRules.InPlace, place, operation, state));
        }

        foreach (var body in reached)
            foreach (var (rule, place, operation) in body.Hazards)
                context.ReportDiagnostic(Diagnostic.Create(rule, place, operation, cell.Name));
    }

    /// <summary>The cell's body and those of the members of the class that it uses, each once.</summary>
    private static IEnumerable<MethodBody> Reached(MethodBody cell, IReadOnlyDictionary<ISymbol, MethodBody> bodies)
    {
        var seen = new HashSet<MethodBody> { cell };
        var open = new Queue<MethodBody>(seen);
        while (open.Count > 0)
        {
            var body = open.Dequeue();
            yield return body;
            foreach (var used in body.Uses)
                if (bodies.TryGetValue(used, out var next) && seen.Add(next)) open.Enqueue(next);
        }
    }
}
