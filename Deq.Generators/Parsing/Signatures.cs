namespace Deq.Generators.Parsing;

/// <summary>Signatures that a message suggests.</summary>
internal static class Signatures
{
    /// <summary>The cell that a base class asks for.</summary>
    public static string Cell(INamedTypeSymbol? module)
    {
        if (module is null) return "Tensor Step(Tensor z, Tensor x)";

        var result = module.TypeArguments[module.Arity - 1];
        var states = result is INamedTypeSymbol { IsTupleType: true } tuple
            ? tuple.TupleElements.Select(element => $"Tensor {Lower(element.Name)}")
            : ["Tensor z"];
        var inputs = module.TypeArguments.Take(module.Arity - 1)
            .Select((type, i) => $"{CodeText.Brief(type)} x{(module.Arity == 2 ? "" : CodeText.Number(i + 1))}");
        return $"{CodeText.Brief(result)} Step({string.Join(", ", states.Concat(inputs))})";
    }

    /// <summary>The method that gives a cell's initial state.</summary>
    public static string InitialState(ParsedCell cell) =>
        $"{CodeText.Brief(cell.Method.ReturnType)} Start({Inputs(cell)})";

    public static string Inputs(ParsedCell cell) =>
        string.Join(", ", cell.Inputs.Select(input => $"{CodeText.Brief(input.Type)} {input.Name}"));

    private static string Lower(string name) => CodeText.Name(char.ToLowerInvariant(name[0]) + name.Substring(1));
}
