namespace Deq.Generators.Parsing;

/// <summary>Levenshtein's distance: the fewest insertions, deletions and substitutions that make one word of another.</summary>
internal static class EditDistance
{
    private const int ShortestPrefix = 3;

    /// <summary>The nearest of the known words; one that the given word begins (a name left half-typed) before all others.</summary>
    public static string Nearest(string given, IEnumerable<string> known)
    {
        string word = given.ToLowerInvariant();
        return known
            .OrderBy(name => word.Length >= ShortestPrefix && name.StartsWith(word, StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(name => Between(word, name))
            .First();
    }

    public static int Between(string first, string second)
    {
        var row = Enumerable.Range(0, second.Length + 1).ToArray();
        for (int i = 1; i <= first.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= second.Length; j++)
            {
                int substitution = diagonal + (first[i - 1] == second[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j - 1], row[j]) + 1);
            }
        }
        return row[second.Length];
    }
}
