namespace Deq.Generators.Emission;

/// <summary>Sentences of emitted XML documentation that several members share.</summary>
internal static class Documentation
{
    public static IEnumerable<string> Inputs(IEnumerable<ParameterModel> parameters, CellModel cell) => parameters.Select(parameter =>
        Parameter(parameter.Name, $"Input of the layer, given to every evaluation of <c>{FreeNames.Unescaped(cell.Method)}</c>."));

    public static string Parameter(string name, string text) => $"/// <param name=\"{FreeNames.Unescaped(name)}\">{text}</param>";

    /// <summary>The equilibrium's states in a sentence.</summary>
    public static string Equilibrium(CellModel cell) => $"The equilibrium <c>{Equation.States(cell)}</c>";
}
