using System.Globalization;
using System.Text;

namespace Deq.Generators.Parsing;

/// <summary>The name of a layer's file: the full metadata name of its class, which no other class of the assembly has.</summary>
internal static class HintName
{
    public static string Of(INamedTypeSymbol type)
    {
        var name = new StringBuilder(type.MetadataName);
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType) name.Insert(0, outer.MetadataName + "+");
        for (var space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace) name.Insert(0, space.Name + ".");
        return Escape(name.ToString());
    }

    // Identifiers may hold characters that names of files may not: combining marks, joiners and the like.
    private static string Escape(string name)
    {
        var escaped = new StringBuilder(name.Length);
        foreach (char c in name)
        {
            if (char.IsLetterOrDigit(c) || c is '.' or '_' or '+' or '`') escaped.Append(c);
            else escaped.Append('(').Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)).Append(')');
        }
        return escaped.ToString();
    }
}
