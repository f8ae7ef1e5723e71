using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Deq.CodeFixes;

internal static class NewCode
{
    /// <summary>Marks code that a fix moved or wrote as the user writes it: it takes the format of the file and no more.</summary>
    public static T AsNewLayout<T>(this T node)
        where T : SyntaxNode => node.WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>Marks code that a fix wrote: it takes the format of the file, and full names of types become as short as they may there.</summary>
    public static T AsNewCode<T>(this T node)
        where T : SyntaxNode => node.WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);
}
