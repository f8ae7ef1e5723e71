using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>A solver given by its type: <c>[Solver(typeof(MySolver))]</c>.</summary>
internal static class SolverTypeParser
{
    /// <returns>The choice and the expression that makes it; null where nothing can.</returns>
    public static (SolverChoice Choice, string Expression)? Parse(AttributeData attribute, ITypeSymbol? type, INamedTypeSymbol layer, Compilation compilation, Findings findings)
    {
        if (type is not null and not INamedTypeSymbol { IsUnboundGenericType: true } && Fit.IsUnknown(type))
        {
            findings.LeaveToCompiler();
            return null;
        }
        if (Wrong(type, layer, compilation) is { } wrong)
        {
            findings.At(attribute, null, SolverRules.SolverType, Suggestion.None, type is null ? "null" : CodeText.Brief(type), wrong);
            return null;
        }
        var own = (INamedTypeSymbol)type!;
        var kind = IsOurs(own) ? SolverKind.All.FirstOrDefault(known => known.Type == own.Name) : null;
        return (new SolverChoice(kind?.Name ?? own.Name, kind), $"new {CodeText.Type(own)}()");
    }

    private static string? Wrong(ITypeSymbol? type, INamedTypeSymbol layer, Compilation compilation)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class } own) return "is no class";
        if (own.IsUnboundGenericType) return "leaves its type arguments open";
        if (!Bases(own).Any(candidate => candidate.Name == "FixedPointSolver" && IsOurs(candidate)))
        {
            return own.Name == "Gmres" && IsOurs(own)
                ? "solves linear problems alone: the adjoint one has it by the name \"gmres\""
                : "does not derive from FixedPointSolver";
        }
        if (own.IsAbstract) return "is abstract";
        for (var outer = own; outer is not null; outer = outer.ContainingType)
            if (outer.IsFileLocal) return "is seen in its own file alone";
        if (!compilation.IsSymbolAccessibleWithin(own, layer)) return "cannot be seen from the layer";

        var constructor = own.InstanceConstructors.FirstOrDefault(candidate => candidate.Parameters.All(parameter => parameter.IsOptional || parameter.IsParams));
        if (constructor is null) return "has no constructor that can be called without arguments";
        if (!compilation.IsSymbolAccessibleWithin(constructor, layer)) return "has a constructor without parameters that cannot be called from the layer";
        return Required(own, constructor) is { } member ? $"has a required member '{member}'" : null;
    }

    private static string? Required(INamedTypeSymbol type, IMethodSymbol constructor) =>
        constructor.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "SetsRequiredMembersAttribute" })
            ? null
            : Bases(type).SelectMany(candidate => candidate.GetMembers())
                .FirstOrDefault(member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })?.Name;

    private static bool IsOurs(INamedTypeSymbol type) =>
        type is { ContainingType: null, ContainingNamespace: { Name: "Solvers", ContainingNamespace: { Name: RuntimeNames.Namespace, ContainingNamespace.IsGlobalNamespace: true } } };

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType) yield return current;
    }
}
