using System.Collections.Immutable;
using Deq.Generators.Analyzers;
using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Tests.Generators;

/// <summary>Advice of other analyzers that contradicts a layer's form is silenced there, and nowhere else.</summary>
public class SuppressionTests
{
    private const string Members = """
        [Cell] private Tensor Step(Tensor z, Tensor x) { static Tensor Half(Tensor a) => 0.5 * a; return Half(z); }
        [InitialState] private Tensor Start(Tensor x) => zeros(1);
        private Tensor Ordinary(Tensor x) => zeros(1);
        """;

    private const string Layer = "[EquilibriumLayer] public sealed partial class L() : Module<Tensor, Tensor>(\"L\") {" + Members + "}";

    [Theory]
    [InlineData("CA1822")]
    [InlineData("IDE0060")]
    [InlineData("CA1801")]
    public void AdviceAgainstTheFormOfALayersMethods_IsSilenced(string id) =>
        Assert.Equal(["Start", "Step"], Silenced(Layer, id).Where(name => name is "Step" or "Start").Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("CA1822")]
    [InlineData("IDE0060")]
    [InlineData("CA1801")]
    public void AdviceOnOrdinaryMethodsAndLocalFunctions_Stands(string id) =>
        Assert.DoesNotContain(Silenced(Layer, id), name => name is "Ordinary" or "Half");

    [Fact]
    public void OtherAdviceOnACell_Stands() => Assert.Empty(Silenced(Layer, "CA1000"));

    [Fact]
    public void CellOfAClassThatIsNoLayer_IsAdvisedAsAnyMethod() =>
        Assert.Empty(Silenced(Layer.Replace("[EquilibriumLayer] ", "", StringComparison.Ordinal), "CA1822"));

    /// <summary>Names of the methods where an analyzer's finding, reported at every method and parameter, is suppressed.</summary>
    private static List<string> Silenced(string source, string id)
    {
        var compilation = LayerCompilation.Of(source).Output;
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
        var found = compilation.WithAnalyzers([new Adviser(id), new FixedSignatureSuppressor()], options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        Assert.NotEmpty(found);
        Assert.All(found, diagnostic => Assert.Equal(id, diagnostic.Id));
        return [.. found.Where(diagnostic => diagnostic.IsSuppressed).Select(diagnostic => diagnostic.GetMessage())];
    }

#pragma warning disable RS1017, RS1036, RS1038, RS1041, RS2008 // No compiler loads it: it stands for another's rule in these tests.
    /// <summary>Advises on every method and each of its parameters, under the id of another's rule.</summary>
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class Adviser(string id) : DiagnosticAnalyzer
    {
        private readonly DiagnosticDescriptor rule = new(id, "advice", "{0}", "test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [rule];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSymbolAction(
                symbol =>
                {
                    var method = (IMethodSymbol)symbol.Symbol;
                    foreach (var place in method.Parameters.SelectMany(parameter => parameter.Locations).Concat(method.Locations))
                        symbol.ReportDiagnostic(Diagnostic.Create(rule, place, method.Name));
                },
                SymbolKind.Method);
            context.RegisterSyntaxNodeAction(
                node => node.ReportDiagnostic(Diagnostic.Create(rule, ((Microsoft.CodeAnalysis.CSharp.Syntax.LocalFunctionStatementSyntax)node.Node).Identifier.GetLocation(), "Half")),
                Microsoft.CodeAnalysis.CSharp.SyntaxKind.LocalFunctionStatement);
        }
    }
#pragma warning restore RS1017, RS1036, RS1038, RS1041, RS2008
}
