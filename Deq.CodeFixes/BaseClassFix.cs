using System.Composition;
using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Writes the base class that the cell asks for (DEQ004, DEQ005, and DEQ021 where the base class names the states).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BaseClassFix)), Shared]
public sealed class BaseClassFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ004", "DEQ005", "DEQ021"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (diagnostic.Properties.GetValueOrDefault(Suggestion.BaseClassKey) is not { } text) return null;
        if (place.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } layer) return null;

        const string Title = "Derive from the module that the cell asks for";
        var type = SyntaxFactory.ParseTypeName(text).AsNewCode();
        if (layer.BaseList?.Types.FirstOrDefault() is not { } first) return new Change(Title, layer, WithBase(layer, type));
        return IsModule(first.Type) ? new Change(Title, first.Type, type.WithTriviaFrom(first.Type)) : null;
    }

    private static ClassDeclarationSyntax WithBase(ClassDeclarationSyntax layer, TypeSyntax type)
    {
        // The last token of the head holds the line's end, which belongs behind the base list.
        var last = layer.ParameterList?.CloseParenToken ?? layer.TypeParameterList?.GreaterThanToken ?? layer.Identifier;
        var bases = SyntaxFactory.BaseList([SyntaxFactory.SimpleBaseType(type)]).WithTrailingTrivia(last.TrailingTrivia);
        return layer.ReplaceToken(last, last.WithTrailingTrivia(SyntaxFactory.Space)).WithBaseList(bases);
    }

    // A base of the user's own is not replaced: it may hold what the layer needs.
    private static bool IsModule(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => IsModule(qualified.Right),
        SimpleNameSyntax name => name.Identifier.ValueText is "Module" or "HookableModule",
        _ => false,
    };
}
