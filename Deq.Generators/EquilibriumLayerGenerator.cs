using System.Text;
using Deq.Generators.Analyzers;
using Deq.Generators.Emission;
using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Deq.Generators;

/// <summary>
/// Writes the other part of every class marked <c>[EquilibriumLayer]</c>. Here is the pipeline alone: declarations are parsed to
/// models, and a model that changed is emitted.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class EquilibriumLayerGenerator : IIncrementalGenerator
{
    /// <summary>The pipeline's steps, as the driver tracks them.</summary>
    internal const string LayersStep = "Layers", NamesakesStep = "Namesakes", FilesStep = "Files", ToldStep = "Told";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(RuntimeNames.EquilibriumLayerAttribute, static (node, _) => node is TypeDeclarationSyntax, Parse);

        var layers = declarations
            .Where(static declaration => declaration?.Layer is not null)
            .Select(static (declaration, _) => declaration!.Layer!)
            .WithTrackingName(LayersStep);

        var told = declarations
            .SelectMany(static (declaration, _) => declaration?.Told ?? default)
            .WithTrackingName(ToldStep);

        var namesakes = layers
            .Select(static (layer, _) => layer.Identity.HintName)
            .Collect()
            .Select(static (names, _) => Namesakes.Of(names))
            .WithTrackingName(NamesakesStep);

        var files = layers
            .Combine(namesakes)
            .WithTrackingName(FilesStep);

        context.RegisterSourceOutput(files, static (output, file) =>
            output.AddSource(Namesakes.FileName(file.Left.Identity.HintName, file.Right), SourceText.From(LayerEmitter.Emit(file.Left), Encoding.UTF8)));

        context.RegisterSourceOutput(told, static (output, error) => output.ReportDiagnostic(Finding.ToDiagnostic(error, EquilibriumLayerAnalyzer.Rule(error.Id))));
    }

    private static DeclarationModel? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        // A class with the attribute on two of its parts does not compile, and must not be emitted twice.
        bool isFirst = context.TargetSymbol.GetAttributes()
            .First(attribute => LayerAttributes.Is(attribute, RuntimeNames.EquilibriumLayerAttribute))
            .ApplicationSyntaxReference?.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>() == context.TargetNode;

        if (!isFirst || context.TargetSymbol is not INamedTypeSymbol layer) return null;

        var compilation = context.SemanticModel.Compilation;
        var findings = new Findings(report: null, cancellation);
        var model = LayerParser.Parse(layer, compilation, findings);
        return new DeclarationModel(model, CompilerGate.IsClosedBy(layer, model, findings.Errors) ? Told(layer, compilation, cancellation) : default);
    }

    private static EquatableArray<ToldError> Told(INamedTypeSymbol layer, Compilation compilation, CancellationToken cancellation)
    {
        var errors = new List<ToldError>();
        LayerParser.Parse(layer, compilation, new Findings(Add, cancellation));
        return errors.ToEquatableArray();

        void Add(Finding finding)
        {
            if (finding.IsError) errors.Add(finding.ToTold());
        }
    }
}
