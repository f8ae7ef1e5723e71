namespace Deq.Generators.Parsing;

/// <summary>Declarations that a finding suggests: in messages with short names, for code fixes with full ones.</summary>
internal static class Signatures
{
    private const string Undone = " => throw new global::System.NotImplementedException();";

    /// <summary>The base class that a cell asks for: its inputs, then its states.</summary>
    public static string BaseClass(ParsedCell cell) => BaseClass(cell, "global::TorchSharp.torch.nn.Module", CodeText.Type);

    public static string BriefBaseClass(ParsedCell cell) => BaseClass(cell, "torch.nn.Module", CodeText.Brief);

    /// <summary>The cell that a base class asks for.</summary>
    public static string BriefCell(INamedTypeSymbol? module) =>
        module is null ? "Tensor Step(Tensor z, Tensor x)" : $"{CodeText.Brief(Result(module))} Step({CellParameters(module, CodeText.Brief)})";

    public static string Cell(INamedTypeSymbol module) =>
        $"[{RuntimeNames.Global("Deq.Cell")}] private {CodeText.Type(Result(module))} Step({CellParameters(module)}){Undone}";

    /// <summary>The parameters of that cell.</summary>
    public static string CellParameters(INamedTypeSymbol module) => CellParameters(module, CodeText.Type);

    /// <summary>The method that gives a cell's initial state.</summary>
    public static string BriefInitialState(ParsedCell cell) => $"{CodeText.Brief(cell.Method.ReturnType)} Start({BriefInputs(cell)})";

    public static string InitialState(ParsedCell cell) =>
        $"[{RuntimeNames.Global("Deq.InitialState")}] private {CodeText.Type(cell.Method.ReturnType)} Start({Inputs(cell)}){Undone}";

    public static string BriefInputs(ParsedCell cell) => Inputs(cell, CodeText.Brief);

    public static string Inputs(ParsedCell cell) => Inputs(cell, CodeText.Type);

    public static ITypeSymbol Result(INamedTypeSymbol module) => module.TypeArguments[module.Arity - 1];

    private static string BaseClass(ParsedCell cell, string module, Func<ITypeSymbol, string> text) =>
        $"{module}<{string.Join(", ", cell.Inputs.Select(input => input.Type).Append(cell.Method.ReturnType).Select(text))}>";

    private static string CellParameters(INamedTypeSymbol module, Func<ITypeSymbol, string> text)
    {
        var result = Result(module);
        var states = result is INamedTypeSymbol { IsTupleType: true } tuple
            ? tuple.TupleElements.Select(element => $"{text(element.Type)} {Lower(element.Name)}")
            : [$"{text(result)} {(TorchTypes.IsTensorArray(result) ? "states" : "z")}"];
        var inputs = module.TypeArguments.Take(module.Arity - 1)
            .Select((type, i) => $"{text(type)} x{(module.Arity == 2 ? "" : CodeText.Number(i + 1))}");
        return string.Join(", ", states.Concat(inputs));
    }

    private static string Inputs(ParsedCell cell, Func<ITypeSymbol, string> text) =>
        string.Join(", ", cell.Inputs.Select(input => $"{text(input.Type)} {CodeText.Name(input.Name)}"));

    private static string Lower(string name) => CodeText.Name(char.ToLowerInvariant(name[0]) + name.Substring(1));
}
