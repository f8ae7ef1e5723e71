using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>
/// Whether the compiler gets as far as the analyzers. On the command line it does not where a declaration is wrong in its own eyes, and some
/// mistakes of a layer always are: what is emitted cannot be joined to a class that is not partial (CS0260), and a class that cannot be
/// continued lacks the <c>forward</c> that its base asks for (CS0534). The errors of such a layer are told by the generator, which runs before.
/// </summary>
internal static class CompilerGate
{
    public static bool IsClosedBy(INamedTypeSymbol layer, LayerModel? model, IReadOnlyList<string> errors) =>
        model is null ? LacksForward(layer) : errors.Contains(ClassRules.NotPartial.Id) || errors.Contains(ClassRules.ContainerNotPartial.Id);

    /// <summary>
    /// Whether the generator has told the errors of this layer, as an analyzer sees it: where another part was to be written, it is there.
    /// An editor may run generators later than analyzers; until then the analyzer tells them.
    /// </summary>
    public static bool IsTold(INamedTypeSymbol layer, LayerModel? model, IReadOnlyList<string> errors) =>
        IsClosedBy(layer, model, errors) && (model is null || layer.GetMembers().Any(LayerAttributes.IsEmitted));

    private static bool LacksForward(INamedTypeSymbol layer) =>
        layer is { TypeKind: TypeKind.Class, IsAbstract: false }
        && TorchTypes.ModuleWithForward(layer) is { } module
        && !Bases(layer, module).Any(type => type.GetMembers(ForwardParser.MethodName).Any(IsWritten));

    private static bool IsWritten(ISymbol member) =>
        member.IsOverride && member is not IMethodSymbol { IsPartialDefinition: true, PartialImplementationPart: null };

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol layer, INamedTypeSymbol module)
    {
        for (var type = layer; type is not null && !SymbolEqualityComparer.Default.Equals(type, module); type = type.BaseType) yield return type;
    }
}
