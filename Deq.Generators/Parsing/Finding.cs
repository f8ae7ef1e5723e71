using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace Deq.Generators.Parsing;

/// <summary>A rule that a declaration breaks, and where.</summary>
internal sealed class Finding(DiagnosticDescriptor rule, Location? place, ImmutableDictionary<string, string?> suggestion, object[] arguments)
{
    public bool IsError => rule.DefaultSeverity == DiagnosticSeverity.Error;

    public Diagnostic ToDiagnostic() => Diagnostic.Create(rule, place ?? Location.None, suggestion, arguments);

    /// <summary>The finding as the pipeline may hold it.</summary>
    public ToldError ToTold()
    {
        var span = place?.SourceSpan ?? default;
        var lines = place?.GetLineSpan() ?? default;
        return new ToldError(
            rule.Id,
            arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)).ToEquatableArray(),
            suggestion.Where(pair => pair.Value is not null)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new SuggestionModel(pair.Key, pair.Value!))
                .ToEquatableArray(),
            new SourcePlace(
                lines.Path ?? "", span.Start, span.Length,
                lines.StartLinePosition.Line, lines.StartLinePosition.Character, lines.EndLinePosition.Line, lines.EndLinePosition.Character));
    }

    public static Diagnostic ToDiagnostic(ToldError told, DiagnosticDescriptor rule)
    {
        var place = told.Place;
        var lines = new LinePositionSpan(new(place.Line, place.Column), new(place.EndLine, place.EndColumn));
        return Diagnostic.Create(
            rule,
            place.Path.Length == 0 ? Location.None : Location.Create(place.Path, new TextSpan(place.Start, place.Length), lines),
            told.Suggestions.ToImmutableDictionary(suggestion => suggestion.Key, suggestion => (string?)suggestion.Value),
            [.. told.Arguments]);
    }
}
