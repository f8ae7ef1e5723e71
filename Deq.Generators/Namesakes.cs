using System.Text;

namespace Deq.Generators;

/// <summary>
/// Layers whose names differ by their case alone: Roslyn takes their files for one, as some file systems would, so the names of their
/// files get a suffix. There are hardly ever any, and then the list stays equal to itself.
/// </summary>
internal static class Namesakes
{
    public static EquatableArray<string> Of(ImmutableArray<string> hintNames) => hintNames
        .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
        .Where(group => group.Count() > 1)
        .SelectMany(group => group)
        .OrderBy(name => name, StringComparer.Ordinal)
        .ToEquatableArray();

    public static string FileName(string hintName, EquatableArray<string> namesakes) =>
        namesakes.Contains(hintName) ? $"{hintName}.{Cases(hintName)}.g.cs" : hintName + ".g.cs";

    // Which letters are capitals, so that the suffix depends on the name alone.
    private static string Cases(string name)
    {
        var cases = new StringBuilder(name.Length);
        foreach (char c in name) cases.Append(char.IsUpper(c) ? '1' : '0');
        return cases.ToString();
    }
}
