namespace Deq.Generators.Parsing;

/// <summary>
/// Torch's types, known by their names: looking them up in a compilation finds nothing where two references define them.
/// </summary>
internal static class TorchTypes
{
    public static bool IsTensor(ITypeSymbol type) => type.Name == "Tensor" && IsTorch(type.ContainingType);

    /// <summary>Whether the type is an array of tensors.</summary>
    public static bool IsTensorArray(ITypeSymbol type) => type is IArrayTypeSymbol { IsSZArray: true } array && IsTensor(array.ElementType);

    /// <summary>The tensors of an input of the type, as the runtime's <c>InputTensors</c> finds them.</summary>
    public static InputTensors TensorsOf(ITypeSymbol type) => IsTensor(type) ? InputTensors.Itself : HoldsTensors(type) ? InputTensors.Within : InputTensors.None;

    private static bool HoldsTensors(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol => IsTensorArray(type),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(element => TensorsOf(element.Type) != InputTensors.None),
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => HoldsTensors(nullable.TypeArguments[0]),
        INamedTypeSymbol { Arity: 1 } collection => IsTensor(collection.TypeArguments[0]) && IsSystems(collection)
            && collection.Name is ("List" or "IList" or "ICollection" or "IEnumerable" or "IReadOnlyList" or "IReadOnlyCollection" or "ImmutableArray"),
        INamedTypeSymbol { Arity: 2 } dictionary => dictionary.TypeArguments[0].SpecialType == SpecialType.System_String && IsTensor(dictionary.TypeArguments[1])
            && IsSystems(dictionary) && dictionary.Name is ("Dictionary" or "IDictionary" or "IReadOnlyDictionary"),
        _ => false,
    };

    private static bool IsSystems(ITypeSymbol type) =>
        type.ContainingNamespace is { Name: "Generic" or "Immutable", ContainingNamespace: { Name: "Collections", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } };

    /// <summary>The nearest base <c>torch.nn.Module&lt;T1, ..., TResult&gt;</c>: the one whose <c>forward</c> is to be written.</summary>
    public static INamedTypeSymbol? ModuleWithForward(INamedTypeSymbol type) =>
        Bases(type).OfType<INamedTypeSymbol>().FirstOrDefault(candidate => candidate.Arity >= 2 && IsModule(candidate));

    /// <summary>Whether the type is a torch module of any kind.</summary>
    public static bool DerivesFromModule(ITypeSymbol type) => Bases(type).Any(IsModule);

    /// <summary>Whether the type is defined by torch, so that its members are not the user's.</summary>
    public static bool IsDefinedByTorch(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer }) space = outer;
        return space is { Name: "TorchSharp" };
    }

    public static bool IsParameter(ITypeSymbol type) =>
        type.Name == "Parameter" && type.ContainingNamespace is { Name: "Modules", ContainingNamespace.Name: "TorchSharp" };

    private static bool IsModule(ITypeSymbol type) =>
        type.Name == "Module" && type.ContainingType is { Name: "nn" } nn && IsTorch(nn.ContainingType);

    private static bool IsTorch(INamedTypeSymbol? type) =>
        type is { Name: "torch", ContainingType: null, ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } };

    private static IEnumerable<ITypeSymbol> Bases(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType) yield return current;
    }
}
