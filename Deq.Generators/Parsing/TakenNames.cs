using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>Names of members to be emitted that the class, or a base class of the user's, has already.</summary>
internal static class TakenNames
{
    public static IReadOnlyList<string> Find(INamedTypeSymbol layer, INamedTypeSymbol? module, Findings findings)
    {
        var taken = EmittedMembers.All.Where(name => IsTaken(layer, name, findings)).ToList();
        CheckForward(layer, module, findings);
        if (layer.BaseType is not null) CheckBaseLayer(layer, findings);
        return taken;
    }

    private static bool IsTaken(INamedTypeSymbol layer, string name, Findings findings)
    {
        if (layer.GetMembers(name).FirstOrDefault(member => !LayerAttributes.IsEmitted(member)) is { } own)
            findings.At(own, ClassRules.NameTaken, $"'{layer.Name}' has a member '{name}'", name, "Rename yours");
        else if (layer.Name == name)
            findings.At(layer, ClassRules.NameTaken, $"The layer is called '{name}'", name, "Rename the layer");
        else if (layer.TypeParameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter)
            findings.At(parameter, ClassRules.NameTaken, $"'{layer.Name}' has a type parameter '{name}'", name, "Rename yours");
        else if (Inherited(layer, name) is { } inherited)
            findings.At(layer, ClassRules.NameTaken, $"'{layer.Name}' inherits '{inherited.ContainingType.Name}.{name}'", name, "Rename that member");
        else
            return false;
        return true;
    }

    private static void CheckForward(INamedTypeSymbol layer, INamedTypeSymbol? module, Findings findings)
    {
        if (module is null) return;
        const string Forward = ForwardParser.MethodName;

        if (ForwardParser.IsSealedBelow(layer, module) is { } sealing)
        {
            findings.At(layer, ClassRules.NameTaken, $"'{sealing.Name}' seals '{Forward}'", Forward, "Remove 'sealed' there");
        }
        else if (ForwardParser.Own(layer, module) is { IsPartialDefinition: false } own && !LayerAttributes.IsEmitted(own))
        {
            findings.At(own, ClassRules.NameTaken, $"'{layer.Name}' writes its own '{Forward}'", Forward,
                "Remove yours, or leave only a partial declaration without a body");
        }
    }

    private static void CheckBaseLayer(INamedTypeSymbol layer, Findings findings)
    {
        foreach (var type in UserBases(layer))
        {
            if (LayerAttributes.Find(type, RuntimeNames.EquilibriumLayerAttribute) is null) continue;
            findings.At(layer, ClassRules.DerivesFromLayer, layer.Name, type.Name);
            return;
        }
    }

    private static ISymbol? Inherited(INamedTypeSymbol layer, string name) => UserBases(layer)
        .SelectMany(type => type.GetMembers(name))
        .FirstOrDefault(member => member.DeclaredAccessibility != Accessibility.Private && !LayerAttributes.IsEmitted(member));

    private static IEnumerable<INamedTypeSymbol> UserBases(INamedTypeSymbol layer)
    {
        for (var type = layer.BaseType; type is { SpecialType: not SpecialType.System_Object } && !TorchTypes.IsDefinedByTorch(type); type = type.BaseType)
            yield return type;
    }
}
