using System.Composition;
using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Rewrites the signature of a cell (DEQ012 to 014, 021) or of the method that gives its initial state (DEQ021, 023).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SignatureFix)), Shared]
public sealed class SignatureFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ012", "DEQ013", "DEQ014", "DEQ021", "DEQ023"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        string? returnType = diagnostic.Properties.GetValueOrDefault(Suggestion.ReturnTypeKey);
        string? parameters = diagnostic.Properties.GetValueOrDefault(Suggestion.ParametersKey);
        if (returnType is null && parameters is null) return null;
        if (place.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method) return null;

        var after = method;
        if (returnType is not null)
        {
            after = after.WithReturnType(SyntaxFactory.ParseTypeName(returnType).WithTriviaFrom(method.ReturnType).AsNewCode());
            if (after.Modifiers.FirstOrDefault(modifier => modifier.IsKind(SyntaxKind.AsyncKeyword)) is { RawKind: not 0 } asynchronous)
                after = after.WithModifiers(after.Modifiers.Remove(asynchronous)).WithLeadingTrivia(method.GetLeadingTrivia());
        }
        if (parameters is not null)
            after = after.WithParameterList(SyntaxFactory.ParseParameterList($"({parameters})").WithTriviaFrom(method.ParameterList).AsNewCode());

        return new Change($"Rewrite the signature of '{method.Identifier.ValueText}'", method, after);
    }
}
