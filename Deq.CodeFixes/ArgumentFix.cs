using System.Composition;
using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>Removes an argument of an attribute that is out of range, so that the default holds (DEQ031 to 033, 035, 042, 046, 052), or is not used (DEQ034).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ArgumentFix)), Shared]
public sealed class ArgumentFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ031", "DEQ032", "DEQ033", "DEQ034", "DEQ035", "DEQ042", "DEQ046", "DEQ052"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { NameEquals: { } name, Parent: AttributeArgumentListSyntax list } argument) return null;

        string title = diagnostic.Properties.GetValueOrDefault(Suggestion.DefaultKey) is { } value
            ? $"Use the default of {name.Name.Identifier.ValueText}, {value}"
            : $"Remove {name.Name.Identifier.ValueText}";
        return new Change(title, list, list.WithArguments(list.Arguments.Remove(argument)));
    }
}
