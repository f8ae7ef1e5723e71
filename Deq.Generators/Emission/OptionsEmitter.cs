namespace Deq.Generators.Emission;

/// <summary>What the attributes state, the layer's own options over them, and what the latest call did.</summary>
internal static class OptionsEmitter
{
    public static void Emit(IndentedWriter writer, LayerIdentity layer, OptionsModel options)
    {
        EmitDeclared(writer, layer, options);
        writer.Line();
        writer.Line("/// <summary>Everything that this layer remembers from call to call; none of it is a tensor of the module.</summary>");
        writer.Line(TypeNames.GeneratedCode);
        writer.Line($"private readonly {TypeNames.LayerState} {EmittedMembers.State} = new(\"{layer.Name}\");");
        writer.Line();
        writer.Line("/// <summary>Options of this layer. They go over its attributes; the options of a call go over both.</summary>");
        writer.Line(TypeNames.GeneratedCode);
        using (writer.Open($"public {TypeNames.Options} {EmittedMembers.Options}"))
        {
            writer.Line($"get => {EmittedMembers.State}.Options;");
            writer.Line($"set => {EmittedMembers.State}.Options = value;");
        }
        writer.Line();
        writer.Line("/// <summary>What the solvers of the latest call did, forward and backward.</summary>");
        writer.Line(TypeNames.GeneratedCode);
        writer.Line($"public {TypeNames.Statistics} {EmittedMembers.Statistics} => {EmittedMembers.State}.Statistics;");
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line(TypeNames.GeneratedCode);
        writer.Line($"{TypeNames.LayerState} {TypeNames.Layer}.State => {EmittedMembers.State};");
    }

    private static void EmitDeclared(IndentedWriter writer, LayerIdentity layer, OptionsModel options)
    {
        string field = $"private static readonly {TypeNames.Options} {EmittedMembers.DeclaredOptions} = new()";
        writer.Line($"/// <summary>What the attributes of <c>{layer.Name}</c> state; the rest is left to the runtime's defaults.</summary>");
        writer.Line(TypeNames.GeneratedCode);
        if (options.Values.Count == 0)
        {
            writer.Line(field + ";");
            return;
        }
        using (writer.Open(field, close: "};"))
            writer.Lines(options.Values.Select(option => $"{option.Property} = {option.Expression},"));
    }
}
