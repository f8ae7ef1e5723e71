namespace Deq.Generators.Emission;

/// <summary>The equation of a layer as comments state it: <c>z* = Step(z*, x)</c>.</summary>
internal static class Equation
{
    public static string Of(CellModel cell)
    {
        var arguments = Names(cell).Concat(cell.Inputs.Select(input => FreeNames.Unescaped(input.Name)));
        return $"{States(cell)} = {FreeNames.Unescaped(cell.Method)}({string.Join(", ", arguments)})";
    }

    /// <summary>Its left side: <c>z*</c>, <c>(high*, low*)</c>.</summary>
    public static string States(CellModel cell)
    {
        string names = string.Join(", ", Names(cell));
        return cell.States.Count == 1 ? names : $"({names})";
    }

    /// <summary>Words in a sentence: "a", "a and b", "a, b and c".</summary>
    public static string Enumerate(IReadOnlyList<string> words) => words.Count < 2
        ? string.Concat(words)
        : $"{string.Join(", ", words.Take(words.Count - 1))} and {words[words.Count - 1]}";

    private static IEnumerable<string> Names(CellModel cell) => cell.States.Select(state => FreeNames.Unescaped(state.Parameter) + "*");
}
