using System.Composition;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Marks the class <c>[EquilibriumLayer]</c> (DEQ060).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LayerAttributeFix)), Shared]
public sealed class LayerAttributeFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ060"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } type) return null;

        var attribute = SyntaxFactory.Attribute(SyntaxFactory.ParseName("global::Deq.EquilibriumLayer"));
        var list = SyntaxFactory.AttributeList([attribute])
            .WithLeadingTrivia(type.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed)
            .AsNewCode();
        var bare = type.WithLeadingTrivia(SyntaxFactory.ElasticMarker);
        return new Change("Add [EquilibriumLayer]", type, bare.WithAttributeLists(bare.AttributeLists.Insert(0, list)));
    }
}
