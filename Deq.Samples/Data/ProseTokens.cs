using System.Text.RegularExpressions;

namespace Deq.Samples.Data;

/// <summary>
/// Running prose cut into words: letters with at most one apostrophe ending (don't, nation's), numbers with their separators,
/// every other sign by itself, case kept, and <see cref="Vocabulary.End"/> after each full stop, exclamation or question mark.
/// </summary>
internal static partial class ProseTokens
{
    [GeneratedRegex(@"\p{L}+(?:'[a-z]+)?|\d+(?:[.,]\d+)*|[^\w\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    public static void Visit(string text, TokenVisitor visit)
    {
        ReadOnlySpan<char> plain = PlainQuotes(text);
        foreach (ValueMatch match in Token().EnumerateMatches(plain))
        {
            ReadOnlySpan<char> token = plain.Slice(match.Index, match.Length);
            visit(token);
            if (token is "." or "!" or "?") visit(Vocabulary.End);
        }
    }

    /// <summary>The texts come from many hands, typographic quotes in some and typewriter's in others.</summary>
    private static string PlainQuotes(string text) =>
        text.Replace('‘', '\'').Replace('’', '\'').Replace('“', '"').Replace('”', '"');
}
