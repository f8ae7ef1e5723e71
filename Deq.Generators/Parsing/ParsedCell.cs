namespace Deq.Generators.Parsing;

/// <summary>A cell as the parser holds it while it reads the rest of a declaration; its <see cref="Model"/> alone enters the pipeline.</summary>
/// <param name="StateCount">How many of the parameters are states; an array of states is one.</param>
internal sealed record ParsedCell(IMethodSymbol Method, int StateCount, CellModel Model)
{
    public IEnumerable<IParameterSymbol> States => Method.Parameters.Take(StateCount);

    public ImmutableArray<IParameterSymbol> Inputs => Method.Parameters.RemoveRange(0, StateCount);
}
