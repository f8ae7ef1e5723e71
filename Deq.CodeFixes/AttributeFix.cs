using System.Composition;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Removes an attribute that contradicts another (DEQ043, DEQ045).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AttributeFix)), Shared]
public sealed class AttributeFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ043", "DEQ045"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent: AttributeListSyntax { Parent: ClassDeclarationSyntax type } list } attribute) return null;

        string title = $"Remove [{attribute.Name}]";
        if (list.Attributes.Count > 1) return new Change(title, list, list.WithAttributes(list.Attributes.Remove(attribute)));

        // A comment above the first list belongs to the class.
        var after = type.WithAttributeLists(type.AttributeLists.Remove(list));
        return new Change(title, type, list == type.AttributeLists[0] ? after.WithLeadingTrivia(type.GetLeadingTrivia()) : after);
    }
}
