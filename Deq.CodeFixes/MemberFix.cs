using System.Composition;
using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Adds the method that is missing, for the reader to fill in: the cell (DEQ010) or its initial state (DEQ022).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MemberFix)), Shared]
public sealed class MemberFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ010", "DEQ022"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (diagnostic.Properties.GetValueOrDefault(Suggestion.MemberKey) is not { } text) return null;
        if (place.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } layer) return null;
        if (SyntaxFactory.ParseMemberDeclaration(text) is not { } member) return null;

        bool isFirst = layer.Members.Count == 0;
        if (!isFirst) member = member.WithLeadingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);
        string title = diagnostic.Id == "DEQ010" ? "Add a cell" : "Add an initial state";
        return new Change(title, layer, WithBraces(layer).AddMembers(member.AsNewCode()));
    }

    private static ClassDeclarationSyntax WithBraces(ClassDeclarationSyntax layer) => layer.SemicolonToken.IsKind(SyntaxKind.None)
        ? layer
        : layer
            .WithSemicolonToken(default)
            .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken))
            .WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(layer.SemicolonToken.TrailingTrivia))
            .AsNewCode();
}
