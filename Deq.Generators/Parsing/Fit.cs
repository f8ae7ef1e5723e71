namespace Deq.Generators.Parsing;

/// <summary>Whether a value of one declared type may be handed to a parameter of another without a conversion or a warning.</summary>
internal static class Fit
{
    public static bool Takes(ITypeSymbol target, ITypeSymbol given) =>
        SymbolEqualityComparer.Default.Equals(WithoutNames(target), WithoutNames(given))
        && !(given.NullableAnnotation == NullableAnnotation.Annotated && target.NullableAnnotation == NullableAnnotation.NotAnnotated);

    /// <summary>A type of half-typed code: the compiler reports it.</summary>
    public static bool IsUnknown(ITypeSymbol type) => type switch
    {
        IErrorTypeSymbol => true,
        IArrayTypeSymbol array => IsUnknown(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(IsUnknown),
        _ => false,
    };

    // Names of a tuple's elements are no part of its type to the compiler; StateOrder looks at them.
    private static ITypeSymbol WithoutNames(ITypeSymbol type) => type is INamedTypeSymbol { TupleUnderlyingType: { } unnamed } ? unnamed : type;
}
