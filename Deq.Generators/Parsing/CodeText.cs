using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Generators.Parsing;

/// <summary>Symbols and constants as they are written in emitted code and in messages; the same under every culture.</summary>
internal static class CodeText
{
    private const SymbolDisplayMiscellaneousOptions Nullable = SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier;

    private static readonly SymbolDisplayFormat FullyQualified = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(Nullable);

    private static readonly SymbolDisplayFormat NamespaceName = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    private static readonly SymbolDisplayFormat Short = SymbolDisplayFormat.MinimallyQualifiedFormat.AddMiscellaneousOptions(Nullable);

    private static readonly string Tensor = RuntimeNames.Global(RuntimeNames.Tensor), NullableTensor = Tensor + "?";

    // Words that begin something else where an expression or a statement may begin, although they are allowed as names.
    private static readonly ImmutableHashSet<string> Ambiguous = ["async", "await", "nameof", "var", "yield"];

    /// <summary>A type as it is written in emitted code.</summary>
    public static string Type(ITypeSymbol type) => TorchTypes.IsTensor(type)
        // Most types here are this one, and a keystroke asks for those of every layer.
        ? type.NullableAnnotation == NullableAnnotation.Annotated ? NullableTensor : Tensor
        : type.ToDisplayString(FullyQualified);

    /// <summary>A type as it is written in a message.</summary>
    public static string Brief(ITypeSymbol type) => type.ToDisplayString(Short);

    public static string Namespace(INamespaceSymbol space) => space.IsGlobalNamespace ? "" : space.ToDisplayString(NamespaceName);

    /// <summary>A name of a local, parameter, member or tuple element.</summary>
    public static string Name(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || Ambiguous.Contains(name) ? "@" + name : name;

    /// <summary>The name of a type with its type parameters, as a part of it declares them.</summary>
    public static string Declaration(INamedTypeSymbol type)
    {
        // Unlike other names, those of types must not be contextual keywords: "partial class record" is none.
        string name = SyntaxFacts.GetContextualKeywordKind(type.Name) != SyntaxKind.None ? "@" + type.Name : Name(type.Name);
        return type.Arity == 0 ? name : $"{name}<{string.Join(", ", type.TypeParameters.Select(parameter => Name(parameter.Name)))}>";
    }

    public static string Keyword(INamedTypeSymbol type) => (type.TypeKind, type.IsRecord) switch
    {
        (TypeKind.Struct, true) => "record struct",
        (TypeKind.Struct, false) => "struct",
        (TypeKind.Interface, _) => "interface",
        (_, true) => "record",
        _ => "class",
    };

    /// <summary>A number as C# reads it back without loss.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        double.NaN => "double.NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e").Replace("E-0", "e-").Replace("E-", "e-"),
    };

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
