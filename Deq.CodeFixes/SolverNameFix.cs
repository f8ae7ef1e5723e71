using System.Composition;
using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Writes the solver whose name is nearest (DEQ030).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SolverNameFix)), Shared]
public sealed class SolverNameFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ030"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (diagnostic.Properties.GetValueOrDefault(Suggestion.NearestKey) is not { } name) return null;
        if (place.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { } argument) return null;

        var literal = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(name));
        return new Change($"Use \"{name}\"", argument.Expression, literal.WithTriviaFrom(argument.Expression));
    }
}
