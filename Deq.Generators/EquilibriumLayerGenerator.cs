using System.Text;
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
    internal const string LayersStep = "Layers", NamesakesStep = "Namesakes", FilesStep = "Files";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var layers = context.SyntaxProvider
            .ForAttributeWithMetadataName(RuntimeNames.EquilibriumLayerAttribute, static (node, _) => node is TypeDeclarationSyntax, Parse)
            .Where(static layer => layer is not null)
            .Select(static (layer, _) => layer!)
            .WithTrackingName(LayersStep);

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
    }

    private static LayerModel? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        // A class with the attribute on two of its parts does not compile, and must not be emitted twice.
        bool isFirst = context.TargetSymbol.GetAttributes()
            .First(attribute => LayerAttributes.Is(attribute, RuntimeNames.EquilibriumLayerAttribute))
            .ApplicationSyntaxReference?.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>() == context.TargetNode;

        return isFirst && context.TargetSymbol is INamedTypeSymbol layer
            ? LayerParser.Parse(layer, context.SemanticModel.Compilation, new Findings(report: null, cancellation))
            : null;
    }
}
