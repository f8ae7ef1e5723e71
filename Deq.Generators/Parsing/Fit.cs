namespace Deq.Generators.Parsing;

/// <summary>Whether a value of one declared type may be handed to a parameter of another without a conversion or a warning.</summary>
internal static class Fit
{
    public static bool Takes(ITypeSymbol target, ITypeSymbol given) =>
        SymbolEqualityComparer.Default.Equals(WithoutNames(target), WithoutNames(given)) && NullsFit(target, given);

    /// <summary>A type of half-typed code: the compiler reports it.</summary>
    public static bool IsUnknown(ITypeSymbol type) => type switch
    {
        IErrorTypeSymbol => true,
        IArrayTypeSymbol array => IsUnknown(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(IsUnknown),
        _ => false,
    };

    // Arrays and tuples of what may be null are not those of what may not; the arguments of other generic types are the same or do not fit.
    private static bool NullsFit(ITypeSymbol target, ITypeSymbol given)
    {
        if (MayBeNull(given) && target.NullableAnnotation == NullableAnnotation.NotAnnotated) return false;
        return (target, given) switch
        {
            (IArrayTypeSymbol to, IArrayTypeSymbol from) => NullsFit(to.ElementType, from.ElementType),
            (INamedTypeSymbol { IsTupleType: true } to, INamedTypeSymbol { IsTupleType: true } from) =>
                to.TupleElements.Zip(from.TupleElements, (one, other) => NullsFit(one.Type, other.Type)).All(fit => fit),
            (INamedTypeSymbol to, INamedTypeSymbol from) =>
                to.TypeArguments.Zip(from.TypeArguments, (one, other) => NullsFit(one, other) && NullsFit(other, one)).All(fit => fit),
            _ => true,
        };
    }

    private static bool MayBeNull(ITypeSymbol type) => type.NullableAnnotation == NullableAnnotation.Annotated && !type.IsValueType;

    // Names of a tuple's elements are no part of its type to the compiler; StateOrder looks at them.
    private static ITypeSymbol WithoutNames(ITypeSymbol type) => type is INamedTypeSymbol { TupleUnderlyingType: { } unnamed } ? unnamed : type;
}
