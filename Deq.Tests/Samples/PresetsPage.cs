using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Samples;

/// <summary>The table of docs/presets.md: what each preset of a paper's size has of parameters, beside what the paper says.</summary>
internal static class PresetsPage
{
    private static readonly string[][] Rows =
    [
        .. from line in File.ReadLines(Path.Combine(Snapshot.ProjectDirectory, "..", "docs", "presets.md"))
           where line.StartsWith("| `", StringComparison.Ordinal)
           select line.Trim('|').Split('|', StringSplitOptions.TrimEntries),
    ];

    /// <summary>Asserts the row of a preset: its counts, as a model that was built just now has them.</summary>
    public static void Lists(string command, string preset, string parameters, string withoutEmbedding, string paper)
    {
        string[] row = Rows.Single(cells => cells[0] == $"`{command}`" && cells[1] == $"`{preset}`");
        Assert.Equal((parameters, withoutEmbedding, paper), (row[3], row[4], row[5]));
    }

    /// <summary>Asserts that the table has these rows and no others.</summary>
    public static void ListsOnly(IEnumerable<(string Command, string Preset)> presets) =>
        Assert.Equal(presets.Select(preset => $"`{preset.Command}` `{preset.Preset}`").Order(), Rows.Select(cells => $"{cells[0]} {cells[1]}").Order());
}
