namespace Deq.Generators.Parsing;

/// <summary>The named arguments that an attribute states; those it leaves out keep the runtime's defaults and are not emitted.</summary>
internal static class AttributeArguments
{
    public static bool TryGet<T>(AttributeData attribute, string name, out T value)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key != name || argument.Value is not { Kind: TypedConstantKind.Primitive, Value: T given }) continue;
            value = given;
            return true;
        }
        value = default!;
        return false;
    }
}
