namespace Deq.Generators.Emission;

/// <summary>The first lines of <c>Solve</c>: the layer's inputs, where to start, and options of the call.</summary>
internal static class SolveSignature
{
    public static IEnumerable<string> Lines(string statesType, IEnumerable<ParameterModel> inputs, string initial, string options) =>
    [
        $"public {TypeNames.Result(statesType)} {EmittedMembers.Solve}(",
        .. inputs.Select(input => $"    {input.Type} {input.Name},"),
        $"    {statesType}? {initial} = null,",
        $"    {TypeNames.Options}? {options} = null)",
    ];
}
