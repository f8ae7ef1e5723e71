namespace Deq.Generators.Parsing;

/// <summary>The runtime's defaults, read from its constants for messages: they have one home, and it is not here.</summary>
internal sealed class Defaults(Compilation compilation)
{
    private readonly INamedTypeSymbol? home = compilation.GetTypeByMetadataName(RuntimeNames.Defaults);

    /// <summary>A default that is a whole number; 0 where the runtime cannot be read.</summary>
    public int Number(string name) => home?.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault()?.ConstantValue is int number ? number : 0;

    /// <summary>A default as text; the name of its constant where the runtime cannot be read.</summary>
    public string Text(string name) => home?.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault()?.ConstantValue switch
    {
        int whole => CodeText.Number(whole),
        double number => CodeText.Number(number),
        string text => text,
        _ => $"{RuntimeNames.Defaults}.{name}",
    };
}
