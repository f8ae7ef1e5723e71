using System.CommandLine;
using System.Globalization;

namespace Deq.Samples.Commands;

/// <summary>What the help says of an option whose default is the preset's.</summary>
internal static class PresetValue
{
    /// <summary>Adds the value that a preset gives the option to its description.</summary>
    /// <param name="option">The option.</param>
    /// <param name="preset">The preset's name.</param>
    /// <param name="value">A number, a word, or a list of them; null for nothing worth a word.</param>
    public static void Standard(this Option option, string preset, object? value)
    {
        if (value is null) return;
        string text = value switch
        {
            IEnumerable<int> list => string.Join(',', list),
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
        option.Description += $" [{preset}: {(text.Length == 0 ? "none" : text)}]";
    }
}
