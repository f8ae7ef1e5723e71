using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Deq.Tests.Samples;

/// <summary>A checkpoint whose header is changed and whose length and checksum are made to fit again: what a program meets that trusts a checksum.</summary>
internal static class MendedHeader
{
    /// <summary>The header of a checkpoint.</summary>
    public static JsonNode Of(byte[] file)
    {
        (int start, int length) = Place(file);
        return JsonNode.Parse(file.AsSpan(start, length))!;
    }

    /// <summary>The same checkpoint with another header.</summary>
    public static byte[] With(byte[] file, JsonNode? header)
    {
        (int start, int length) = Place(file);
        byte[] text = Encoding.UTF8.GetBytes(header?.ToJsonString() ?? "null");
        byte[] body = [.. file[..(start - sizeof(long))], .. BitConverter.GetBytes((long)text.Length), .. text, .. file[(start + length)..^SHA256.HashSizeInBytes]];
        return [.. body, .. SHA256.HashData(body)];
    }

    /// <summary>The paths of all values, objects and lists included.</summary>
    public static IEnumerable<string> Paths(JsonNode? node) => (node switch
    {
        JsonObject json => json.Select(property => property.Value).SelectMany(Paths),
        JsonArray { Count: > 0 } list => Paths(list[0]),
        _ => [],
    }).Append(node?.GetPath() ?? "").Where(path => path is not ("" or "$")).Distinct();

    /// <summary>A copy with another value at a path.</summary>
    public static JsonNode Replaced(JsonNode header, string path, JsonNode? value)
    {
        JsonNode copy = header.DeepClone();
        JsonNode place = All(copy).First(node => node.GetPath() == path);
        if (place.Parent is JsonObject owner) owner[place.GetPropertyName()] = value;
        else place.Parent!.AsArray()[place.GetElementIndex()] = value;
        return copy;
    }

    private static IEnumerable<JsonNode> All(JsonNode? node) => node is null ? [] :
        (node switch
        {
            JsonObject json => json.Select(property => property.Value).SelectMany(All),
            JsonArray list => list.SelectMany(All),
            _ => [],
        }).Append(node);

    private static (int Start, int Length) Place(byte[] file)
    {
        // The line of the format, the section's name with its length before it, the content's length.
        int name = Array.IndexOf(file, (byte)'\n') + 1, start = name + 1 + file[name] + sizeof(long);
        return (start, (int)BitConverter.ToInt64(file, start - sizeof(long)));
    }
}
