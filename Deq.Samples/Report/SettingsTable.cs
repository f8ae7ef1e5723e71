using System.Text.Json;
using Deq.Samples.Training;

namespace Deq.Samples.Report;

/// <summary>Settings as a report lists them: every property of some records that has a value.</summary>
internal static class SettingsTable
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(string preset, params IReadOnlyList<(string Group, object? Settings)> groups) =>
    [
        KeyValuePair.Create("preset", preset),
        .. from part in groups
           where part.Settings is not null
           from property in CheckpointFile.ToJson(part.Settings).EnumerateObject()
           where property.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object)
           select KeyValuePair.Create($"{part.Group}: {property.Name}", property.Value.ToString()),
    ];
}
