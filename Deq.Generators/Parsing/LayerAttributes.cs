namespace Deq.Generators.Parsing;

/// <summary>Our attributes on a symbol.</summary>
internal static class LayerAttributes
{
    public static AttributeData? Find(ISymbol symbol, string fullName)
    {
        foreach (var attribute in symbol.GetAttributes())
            if (Is(attribute, fullName)) return attribute;
        return null;
    }

    public static bool Is(AttributeData attribute, string fullName) =>
        attribute.AttributeClass is { ContainingType: null, ContainingNamespace: { Name: RuntimeNames.Namespace, ContainingNamespace.IsGlobalNamespace: true } } type
        && fullName.Length == RuntimeNames.Namespace.Length + 1 + type.Name.Length
        && fullName.EndsWith(type.Name, StringComparison.Ordinal);

    /// <summary>Whether the member is one that we emitted: an analyzer sees it, the generator does not.</summary>
    public static bool IsEmitted(ISymbol member)
    {
        foreach (var attribute in member.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "GeneratedCodeAttribute" }
                && attribute.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: EmittedBy.Tool })
                return true;
        }
        return false;
    }
}
