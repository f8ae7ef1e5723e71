namespace Deq.Generators.Parsing;

/// <summary>Levenshtein's distance: the fewest insertions, deletions and substitutions that make one word of another.</summary>
internal static class EditDistance
{
    public static string Nearest(string given, IEnumerable<string> known) =>
        known.OrderBy(name => Between(given.ToLowerInvariant(), name)).First();

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
