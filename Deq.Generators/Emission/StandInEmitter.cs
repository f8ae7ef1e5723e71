namespace Deq.Generators.Emission;

/// <summary>
/// Bodies for a layer that has errors: with them the compiler does not complain of members that are missing, and the reader sees our
/// errors alone. They run only where someone suppressed those.
/// </summary>
internal static class StandInEmitter
{
    public static void Emit(IndentedWriter writer, LayerModel layer)
    {
        string throws = $"    => throw new global::System.InvalidOperationException(\"{Message(layer)}\");";
        var members = new List<IEnumerable<string>>();
        if (layer.Forward is { } forward) members.Add([.. ForwardEmitter.Signature(forward, ""), throws]);
        if (IsFree(layer, EmittedMembers.Options)) members.Add([$"public {TypeNames.Options} {EmittedMembers.Options} {{ get; set; }} = new();"]);
        if (IsFree(layer, EmittedMembers.Statistics)) members.Add([$"public {TypeNames.Statistics} {EmittedMembers.Statistics}", throws]);
        if (IsFree(layer, EmittedMembers.Solve) && Solve(layer) is { } solve) members.Add([.. solve, throws]);

        foreach (var member in members)
        {
            if (member != members[0]) writer.Line();
            writer.Line("/// <summary>Stands in until the errors of this layer are mended.</summary>");
            writer.Line(TypeNames.GeneratedCode);
            writer.Lines(member);
        }
    }

    private static IEnumerable<string>? Solve(LayerModel layer)
    {
        if (layer.Equilibrium is { } equilibrium)
        {
            var names = new SolveNames(equilibrium);
            return SolveSignature.Lines(equilibrium.Cell.StatesType, equilibrium.Cell.Inputs, names.Initial, names.Options);
        }
        if (layer.Forward is not { } forward) return null;

        var free = new FreeNames(forward.Parameters.Select(parameter => parameter.Name));
        return SolveSignature.Lines(forward.ResultType, forward.Parameters, free.Take("initial"), free.Take("options"));
    }

    private static string Message(LayerModel layer)
    {
        string ids = string.Join(", ", layer.Errors.Where(id => id.Length > 0));
        return $"'{layer.Identity.Name}' is no valid equilibrium layer: {(ids.Length > 0 ? ids : "its declaration has errors")}.";
    }

    private static bool IsFree(LayerModel layer, string name) => !layer.Taken.Contains(name);
}
