namespace Deq.Generators.Emission;

/// <summary>How emitted methods name members of the layer: as they are called, qualified only where an input has the same name.</summary>
internal sealed class MemberReference(LayerIdentity layer, IEnumerable<ParameterModel> inputs)
{
    private readonly HashSet<string> hidden = [.. inputs.Select(input => FreeNames.Unescaped(input.Name))];

    public string Instance(string name) => hidden.Contains(FreeNames.Unescaped(name)) ? "this." + name : name;

    public string Static(string name) => hidden.Contains(FreeNames.Unescaped(name)) ? $"{layer.Declaration}.{name}" : name;

    public string Method(string name, bool isStatic) => isStatic ? Static(name) : Instance(name);
}
