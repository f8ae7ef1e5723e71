using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deq.Generators.Parsing;

/// <summary>The <c>forward</c> to be written: the base class's, or the user's own partial declaration of it.</summary>
internal static class ForwardParser
{
    public const string MethodName = "forward";

    /// <returns>null where the layer has its own, or where the base class is half-typed.</returns>
    public static ForwardModel? Parse(INamedTypeSymbol layer, INamedTypeSymbol module, ParsedCell? cell)
    {
        if (module.TypeArguments.Any(Fit.IsUnknown) || IsSealedBelow(layer, module) is not null) return null;
        if (Own(layer, module) is { } own) return own.IsPartialDefinition ? Declared(own) : null;

        var names = cell is not null && cell.Inputs.Length == module.Arity - 1
            ? cell.Inputs.Select(input => input.Name).ToList()
            : [.. Enumerable.Range(1, module.Arity - 1).Select(i => "input" + CodeText.Number(i))];
        var types = module.TypeArguments.Take(module.Arity - 1);
        return new ForwardModel(
            "public override",
            CodeText.Type(module.TypeArguments[module.Arity - 1]),
            types.Zip(names, Parameter).ToEquatableArray(),
            IsDeclared: false);
    }

    /// <summary>The layer's own method that overrides the base class's, or hides it.</summary>
    public static IMethodSymbol? Own(INamedTypeSymbol layer, INamedTypeSymbol module) =>
        layer.GetMembers(MethodName).OfType<IMethodSymbol>().FirstOrDefault(method => HasSignature(method, module));

    /// <summary>A base class between the layer and torch's that does not let <c>forward</c> be overridden.</summary>
    public static INamedTypeSymbol? IsSealedBelow(INamedTypeSymbol layer, INamedTypeSymbol module)
    {
        for (var type = layer.BaseType; type is not null && !SymbolEqualityComparer.Default.Equals(type, module); type = type.BaseType)
            if (type.GetMembers(MethodName).OfType<IMethodSymbol>().Any(method => method.IsSealed && HasSignature(method, module))) return type;
        return null;
    }

    private static bool HasSignature(IMethodSymbol method, INamedTypeSymbol module) =>
        !method.IsGenericMethod
        && method.Parameters.Length == module.Arity - 1
        && method.Parameters.Zip(module.TypeArguments, (own, type) => SymbolEqualityComparer.Default.Equals(own.Type, type)).All(same => same);

    private static ForwardModel Declared(IMethodSymbol method)
    {
        var syntax = method.DeclaringSyntaxReferences.Select(part => part.GetSyntax()).OfType<MethodDeclarationSyntax>().FirstOrDefault();
        return new ForwardModel(
            syntax is null ? "public override partial" : string.Join(" ", syntax.Modifiers.Select(modifier => modifier.Text)),
            CodeText.Type(method.ReturnType),
            method.Parameters.Select(own => Parameter(own.Type, own.Name)).ToEquatableArray(),
            IsDeclared: true);
    }

    private static ParameterModel Parameter(ITypeSymbol type, string name) =>
        new(CodeText.Type(type), CodeText.Name(name), TorchTypes.TensorsOf(type));
}
