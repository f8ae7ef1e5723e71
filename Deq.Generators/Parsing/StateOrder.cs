using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>
/// States are told apart by their position. Where a tuple's names say another order than the cell's parameters, branches of equal
/// shape would be swapped without an error at run time.
/// </summary>
internal static class StateOrder
{
    /// <param name="where">Who names the states, as a message begins.</param>
    /// <param name="suggest">What a code fix gets, given the tuple with its names in order.</param>
    public static void Check(
        ISymbol symbol, string where, ITypeSymbol statesType, IMethodSymbol cell, Findings findings, Func<string, ImmutableDictionary<string, string?>> suggest)
    {
        if (statesType is not INamedTypeSymbol { IsTupleType: true } tuple) return;

        var given = tuple.TupleElements.Select(element => element.Name).ToList();
        var parameters = cell.Parameters.Take(given.Count).Select(parameter => parameter.Name).ToList();
        bool swapped = given.Where((name, place) => Position(parameters, name) is int position && position >= 0 && position != place).Any();
        if (!swapped) return;

        var mended = parameters.Select((name, place) => Position(given, name) is int position && position >= 0 ? given[position] : given[place]).ToList();
        string type = $"({string.Join(", ", tuple.TupleElements.Zip(mended, (element, name) => $"{CodeText.Type(element.Type)} {CodeText.Name(name)}"))})";
        findings.At(symbol, StateRules.OrderDiffers, suggest(type), where, string.Join(", ", given), cell.Name, string.Join(", ", parameters), string.Join(", ", mended));
    }

    private static int Position(List<string> names, string name) => names.FindIndex(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
}
