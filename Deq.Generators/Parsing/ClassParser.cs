using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deq.Generators.Parsing;

/// <summary>The class of a layer: whether the compiler can write another part of it, and how that part begins.</summary>
internal static class ClassParser
{
    // The emitted code hands inputs to a `params ReadOnlySpan<Tensor?>`.
    private const LanguageVersion Oldest = LanguageVersion.CSharp13;

    /// <returns>Whether another part can be written at all, be it one that only keeps the compiler quiet.</returns>
    public static bool Check(INamedTypeSymbol layer, Findings findings)
    {
        if (OddKind(layer) is { } kind)
        {
            findings.At(layer, ClassRules.NotAClass, layer.Name, kind);
            return false;
        }

        if (!IsPartial(layer, findings)) findings.At(layer, ClassRules.NotPartial, layer.Name);
        foreach (var container in Containers(layer))
            if (!IsPartial(container, findings)) findings.At(container, ClassRules.ContainerNotPartial, container.Name, layer.Name);

        if (layer.IsAbstract) findings.At(layer, ClassRules.Abstract, layer.Name);
        return CheckLanguageVersion(layer, findings);
    }

    public static LayerIdentity Identity(INamedTypeSymbol layer) => new(
        HintName.Of(layer),
        CodeText.Namespace(layer.ContainingNamespace),
        Containers(layer).Reverse().Select(type => new TypeHeader(CodeText.Keyword(type), CodeText.Declaration(type))).ToEquatableArray(),
        CodeText.Declaration(layer),
        layer.Name);

    private static string? OddKind(INamedTypeSymbol layer) => layer switch
    {
        { IsRecord: true } => "a record",
        { TypeKind: TypeKind.Struct } => "a struct",
        { TypeKind: not TypeKind.Class } => "no class",
        { IsStatic: true } => "a static class",
        { IsFileLocal: true } => "a file-local class, which no other file can continue",
        _ when Containers(layer).FirstOrDefault(type => type.IsFileLocal) is { } local => $"inside the file-local '{local.Name}', which no other file can continue",
        _ => null,
    };

    private static bool CheckLanguageVersion(INamedTypeSymbol layer, Findings findings)
    {
        var options = layer.DeclaringSyntaxReferences.Select(part => part.SyntaxTree.Options).OfType<CSharpParseOptions>().FirstOrDefault();
        if (options is null || options.LanguageVersion >= Oldest) return true;

        findings.At(layer, ClassRules.LanguageVersion, layer.Name, Oldest.ToDisplayString(), options.LanguageVersion.ToDisplayString());
        return options.LanguageVersion >= LanguageVersion.CSharp10;
    }

    private static bool IsPartial(INamedTypeSymbol type, Findings findings) => type.DeclaringSyntaxReferences
        .Select(part => part.GetSyntax(findings.Cancellation))
        .OfType<TypeDeclarationSyntax>()
        .All(part => part.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static IEnumerable<INamedTypeSymbol> Containers(INamedTypeSymbol type)
    {
        for (var container = type.ContainingType; container is not null; container = container.ContainingType) yield return container;
    }
}
