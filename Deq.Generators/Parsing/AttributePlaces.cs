using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deq.Generators.Parsing;

/// <summary>Where an attribute and its arguments stand in source.</summary>
internal static class AttributePlaces
{
    public static Location? Of(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation();

    /// <param name="argument">A named argument; null for the one of the constructor.</param>
    public static Location? Of(AttributeData attribute, string? argument, CancellationToken cancellation)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax) return null;
        var place = syntax.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == argument);
        return (place ?? (SyntaxNode)syntax).GetLocation();
    }
}
