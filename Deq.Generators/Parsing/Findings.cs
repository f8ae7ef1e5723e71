using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>
/// What the parser finds wrong. The generator asks it for nothing but the ids, since a location must not enter the pipeline; who gives a
/// <paramref name="report"/> gets each finding at its place.
/// </summary>
internal sealed class Findings(Action<Finding>? report, CancellationToken cancellation)
{
    private readonly List<string> errors = [];

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Ids of the errors so far; an empty id where the compiler itself reports what is wrong.</summary>
    public IReadOnlyList<string> Errors => errors;

    public void At(ISymbol symbol, DiagnosticDescriptor rule, params object[] arguments) => At(symbol, rule, Suggestion.None, arguments);

    public void At(ISymbol symbol, DiagnosticDescriptor rule, ImmutableDictionary<string, string?> suggestion, params object[] arguments) =>
        Add(rule, () => symbol.Locations.FirstOrDefault(location => location.IsInSource), suggestion, arguments);

    public void At(AttributeData attribute, DiagnosticDescriptor rule, params object[] arguments) =>
        Add(rule, () => AttributePlaces.Of(attribute, Cancellation), Suggestion.None, arguments);

    /// <summary>At a named argument of an attribute, or at its constructor argument where <paramref name="argument"/> is null.</summary>
    public void At(AttributeData attribute, string? argument, DiagnosticDescriptor rule, ImmutableDictionary<string, string?> suggestion, params object[] arguments) =>
        Add(rule, () => AttributePlaces.Of(attribute, argument, Cancellation), suggestion, arguments);

    /// <summary>The declaration does not compile: the compiler says so, and we keep quiet beside it.</summary>
    public void LeaveToCompiler() => errors.Add("");

    private void Add(DiagnosticDescriptor rule, Func<Location?> place, ImmutableDictionary<string, string?> suggestion, object[] arguments)
    {
        if (rule.DefaultSeverity == DiagnosticSeverity.Error) errors.Add(rule.Id);
        report?.Invoke(new Finding(rule, place(), suggestion, arguments));
    }
}
