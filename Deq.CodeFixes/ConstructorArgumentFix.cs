using System.Composition;
using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Writes what an attribute's constructor should be given: the nearest name (DEQ030, DEQ037), a beta that can be undone (DEQ040, DEQ041).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConstructorArgumentFix)), Shared]
public sealed class ConstructorArgumentFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ030", "DEQ037", "DEQ040", "DEQ041"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { } argument) return null;

        string? name = diagnostic.Properties.GetValueOrDefault(Suggestion.NearestKey);
        string? number = diagnostic.Properties.GetValueOrDefault(Suggestion.DefaultKey);
        if ((name is null ? number : SymbolDisplay.FormatLiteral(name, quote: true)) is not { } text) return null;
        return new Change($"Use {text}", argument.Expression, SyntaxFactory.ParseExpression(text).WithTriviaFrom(argument.Expression));
    }
}
