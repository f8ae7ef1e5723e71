using System.Composition;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Calls <c>RegisterComponents()</c> at the end of the constructor (DEQ009).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RegisterComponentsFix)), Shared]
public sealed class RegisterComponentsFix : SyntaxFix
{
    private static readonly StatementSyntax Call = SyntaxFactory.ParseStatement("RegisterComponents();");

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ009"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not { } constructor) return null;

        var after = constructor switch
        {
            { Body: { } body } => constructor.WithBody(body.AddStatements(Call.AsNewLayout())),
            { ExpressionBody.Expression: { } expression } => constructor
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(expression), Call).AsNewLayout()),
            _ => null,
        };
        return after is null ? null : new Change("Call RegisterComponents()", constructor, after);
    }
}
