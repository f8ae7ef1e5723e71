using System.Composition;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Adds <c>partial</c> (DEQ001, DEQ002), removes <c>abstract</c> (DEQ006) or <c>static</c> (DEQ015).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ModifierFix)), Shared]
public sealed class ModifierFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ001", "DEQ002", "DEQ006", "DEQ015"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } declaration) return null;
        return diagnostic.Id switch
        {
            "DEQ006" => Remove(declaration, SyntaxKind.AbstractKeyword),
            "DEQ015" => Remove(declaration, SyntaxKind.StaticKeyword),
            _ => AddPartial(declaration),
        };
    }

    private static Change? AddPartial(MemberDeclarationSyntax declaration)
    {
        if (declaration is not TypeDeclarationSyntax type || type.Modifiers.Any(SyntaxKind.PartialKeyword)) return null;

        // `partial` comes last. Where it is the only modifier, what stands before the keyword belongs before it.
        var partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        var after = type.Modifiers.Count > 0
            ? type.WithModifiers(type.Modifiers.Add(partial))
            : type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers([partial.WithLeadingTrivia(type.Keyword.LeadingTrivia)]);
        return new Change($"Make '{type.Identifier.ValueText}' partial", type, after);
    }

    private static Change? Remove(MemberDeclarationSyntax declaration, SyntaxKind kind)
    {
        var modifier = declaration.Modifiers.FirstOrDefault(candidate => candidate.IsKind(kind));
        if (modifier.IsKind(SyntaxKind.None)) return null;

        var left = declaration.Modifiers.Remove(modifier);
        var after = declaration.WithModifiers(left);
        if (modifier == declaration.Modifiers[0]) after = after.WithLeadingTrivia(declaration.GetLeadingTrivia());
        return new Change($"Remove '{modifier.ValueText}'", declaration, after);
    }
}
