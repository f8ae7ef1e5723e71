using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deq.Samples.Evidence;

/// <summary>
/// What the parts of an evidence found, a file each, so that one that was interrupted goes on with the part that it was at. A part's file is
/// named after everything that decides its result: with other settings it is another file.
/// </summary>
/// <param name="folder">Of one evidence.</param>
internal sealed class KeptResults(string folder)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly List<(TimeSpan Wall, TimeSpan Processor, DateTimeOffset Made)> parts = [];

    /// <summary>Time that the parts took, whenever that was.</summary>
    public TimeSpan Wall => parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Wall);

    /// <summary>Time that processors worked on them.</summary>
    public TimeSpan Processor => parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Processor);

    /// <summary>When the oldest part was measured.</summary>
    public DateTimeOffset Made => parts.Select(part => part.Made).DefaultIfEmpty(DateTimeOffset.UtcNow).Min();

    /// <param name="key">Names the part.</param>
    /// <param name="settings">Everything that decides the result.</param>
    /// <param name="measure">Is given a path, without extension, for files of its own beside the result; they go when the part is done.</param>
    public T Keep<T>(string key, object settings, Func<string, T> measure)
    {
        string path = PathOf(key, settings), file = path + ".json";
        if (Read<T>(file) is { } kept) return Count(kept).Value;

        Directory.CreateDirectory(folder);
        var watch = Stopwatch.StartNew();
        TimeSpan before = ProcessorTime.Now;
        T value = measure(path);
        var made = new Kept<T>(value, watch.Elapsed, ProcessorTime.Now - before, DateTimeOffset.UtcNow);
        // Renamed when it is whole: a file that is there can be believed.
        string temporary = file + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(made, Json));
        File.Move(temporary, file, overwrite: true);
        foreach (string left in Directory.GetFiles(folder, Path.GetFileName(path) + ".*"))
            if (left != file) File.Delete(left);
        return Count(made).Value;
    }

    /// <summary>Forgets all that is kept.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private Kept<T> Count<T>(Kept<T> part)
    {
        parts.Add((part.Wall, part.Processor, part.Made));
        return part;
    }

    private string PathOf(string key, object settings)
    {
        const int digits = 10;
        string hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(settings, settings.GetType(), Json)));
        string name = string.Concat(key.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '-'));
        return Path.Combine(folder, $"{name}-{hash[..digits]}");
    }

    /// <summary>Null where there is none, and where a file is of another version of the program.</summary>
    private static Kept<T>? Read<T>(string file)
    {
        if (!File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize<Kept<T>>(File.ReadAllBytes(file), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Kept<T>(T Value, TimeSpan Wall, TimeSpan Processor, DateTimeOffset Made);
}
