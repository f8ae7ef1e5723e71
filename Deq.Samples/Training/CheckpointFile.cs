using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Deq.Samples.Data;

namespace Deq.Samples.Training;

/// <summary>
/// A file of named sections: a line that names format and version, then name, length and content of each section, then a SHA-256 of all that.
/// It is written beside its place, flushed to the disk and renamed, so whoever opens it gets a whole file, the last one written or the one before,
/// or a reason. Sections go through streams: a model may be larger than an array.
/// </summary>
internal sealed class CheckpointFile : IDisposable
{
    private const string Format = "deq-samples checkpoint ";
    private const string Version = "3";
    private const string HeaderSection = "header";

    /// <summary>More than any header or name of a section takes.</summary>
    private const int LongestLine = 64;

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        // A null where none can be is a wrong file, not an error somewhere later.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly FileStream stream;
    private readonly Dictionary<string, (long Start, long Length)> sections = [];

    private CheckpointFile(string path, FileStream stream)
    {
        (Path, this.stream) = (path, stream);
        (Kind, Header) = ("", default);
    }

    public string Path { get; }

    /// <summary>The kind of model that it is of.</summary>
    public string Kind { get; private set; }

    public JsonElement Header { get; private set; }

    private sealed record Envelope(string Kind, JsonElement Header);

    /// <param name="file">Replaced when all is written, and not before.</param>
    /// <param name="kind">The kind of model.</param>
    /// <param name="header">Becomes JSON.</param>
    /// <param name="sections">What is written, in order.</param>
    /// <exception cref="DataFileException">It cannot be written; the file is as it was.</exception>
    public static void Write(string file, string kind, object header, params IReadOnlyList<(string Name, Action<BinaryWriter> Content)> sections) =>
        Write(file, null, kind, header, sections);

    /// <summary>The same, and keeps the file that was there.</summary>
    /// <param name="file">Replaced when all is written, and not before.</param>
    /// <param name="replaced">Where the file that was there goes, in place of one that is there; null for nowhere.</param>
    /// <param name="kind">The kind of model.</param>
    /// <param name="header">Becomes JSON.</param>
    /// <param name="sections">What is written, in order.</param>
    /// <exception cref="DataFileException">It cannot be written; the file is as it was.</exception>
    public static void Write(string file, string? replaced, string kind, object header, params IReadOnlyList<(string Name, Action<BinaryWriter> Content)> sections)
    {
        string temporary = file + ".tmp";
        try
        {
            WriteAndFlush(temporary, kind, header, sections);
            // Either way there is a whole file of this name at every moment.
            if (replaced is not null && File.Exists(file)) File.Replace(temporary, file, replaced);
            else File.Move(temporary, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // On a full disk the rest of it would be in the way of whatever comes next.
            Discard(temporary);
            throw new DataFileException(file, $"cannot be written: {exception.Message}", exception);
        }
    }

    private static void WriteAndFlush(string temporary, string kind, object header, IReadOnlyList<(string Name, Action<BinaryWriter> Content)> sections)
    {
        using FileStream stream = new(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Encoding.ASCII.GetBytes($"{Format}{Version}\n"));
        WriteSection(writer, HeaderSection, content => content.Write(JsonSerializer.SerializeToUtf8Bytes(new Envelope(kind, ToJson(header)), Json)));
        foreach ((string name, Action<BinaryWriter> content) in sections) WriteSection(writer, name, content);
        writer.Flush();
        stream.Position = 0;
        byte[] checksum = SHA256.HashData(stream);
        stream.Write(checksum);
        stream.Flush(flushToDisk: true);
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What could not be written often cannot be deleted either; the reason for the first is what is told.
        }
    }

    /// <summary>Opens a file whose checksum holds.</summary>
    /// <exception cref="DataFileException">The file is missing, damaged, of another format or version.</exception>
    public static CheckpointFile Open(string file)
    {
        if (Directory.Exists(file)) throw new DataFileException(file, "is a folder; name the checkpoint in it, a file that ends with .deq");
        if (!File.Exists(file)) throw new DataFileException(file, "there is no such checkpoint; training writes one");
        var checkpoint = new CheckpointFile(file, new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            checkpoint.Index();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public static JsonElement ToJson(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), Json);

    /// <exception cref="DataFileException">The JSON is of something else.</exception>
    public static T FromJson<T>(string file, JsonElement json)
    {
        try
        {
            return json.Deserialize<T>(Json) ?? throw new JsonException("it is empty");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new DataFileException(file, $"does not fit: {exception.Message}");
        }
    }

    /// <exception cref="DataFileException">The checkpoint is of another kind of model, or its header is not readable as this.</exception>
    public T HeaderAs<T>(string kind)
    {
        if (Kind != kind) throw new DataFileException(Path, $"is a checkpoint of '{Kind}', not of '{kind}'");
        return FromJson<T>(Path, Header);
    }

    /// <summary>Bytes of a section.</summary>
    /// <exception cref="DataFileException">The section is missing.</exception>
    public long LengthOf(string section) => Place(section).Length;

    /// <summary>Reads a section, all of it.</summary>
    /// <exception cref="DataFileException">The section is missing, or is not what is read.</exception>
    public void Read(string section, Action<BinaryReader> content)
    {
        (long Start, long Length) place = Place(section);
        Guarded(() =>
        {
            stream.Position = place.Start;
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            content(reader);
            return stream.Position == place.Start + place.Length ? true : throw new InvalidDataException($"the section '{section}' holds something else than is asked for");
        });
    }

    public void Dispose() => stream.Dispose();

    private (long Start, long Length) Place(string section) =>
        sections.TryGetValue(section, out (long Start, long Length) place) ? place : throw new DataFileException(Path, $"has no section '{section}'");

    private static void WriteSection(BinaryWriter writer, string name, Action<BinaryWriter> content)
    {
        writer.Write(name);
        writer.Write(0L);
        writer.Flush();
        long start = writer.BaseStream.Position;
        content(writer);
        writer.Flush();
        long end = writer.BaseStream.Position;
        writer.BaseStream.Position = start - sizeof(long);
        writer.Write(end - start);
        writer.Flush();
        writer.BaseStream.Position = end;
    }

    private void Index()
    {
        int start = ReadFormat();
        long end = stream.Length - SHA256.HashSizeInBytes;
        if (end < start || !Checksum(end).AsSpan().SequenceEqual(Stored(end))) throw new DataFileException(Path, "is damaged: its content does not match its checksum");

        Guarded(() =>
        {
            stream.Position = start;
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            while (stream.Position < end)
            {
                string name = reader.ReadString();
                long length = reader.ReadInt64();
                if (length < 0 || length > end - stream.Position) throw new InvalidDataException($"the section '{name}' has an impossible length");
                sections.Add(name, (stream.Position, length));
                stream.Position += length;
            }

            return true;
        });
        Read(HeaderSection, reader =>
        {
            Envelope envelope = JsonSerializer.Deserialize<Envelope>(reader.ReadBytes(checked((int)sections[HeaderSection].Length)), Json)
                ?? throw new InvalidDataException("the header is empty");
            (Kind, Header) = (envelope.Kind, envelope.Header);
        });
    }

    /// <returns>Where the sections begin.</returns>
    private int ReadFormat()
    {
        Span<byte> line = stackalloc byte[LongestLine];
        line = line[..stream.ReadAtLeast(line, LongestLine, throwOnEndOfStream: false)];
        int end = line.IndexOf((byte)'\n');
        string text = end < 0 ? "" : Encoding.ASCII.GetString(line[..end]);
        if (!text.StartsWith(Format, StringComparison.Ordinal)) throw new DataFileException(Path, "is no checkpoint of this program");
        string version = text[Format.Length..];
        return version == Version ? end + 1 : throw new DataFileException(Path, $"is a checkpoint of format {version}; this program reads format {Version}");
    }

    private byte[] Checksum(long end)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        stream.Position = 0;
        var buffer = new byte[1 << 16];
        for (long left = end; left > 0;)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0) break;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return hash.GetHashAndReset();
    }

    private byte[] Stored(long end)
    {
        stream.Position = end;
        var stored = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(stored);
        return stored;
    }

    /// <summary>What goes wrong inside a file whose checksum holds means that it was written for something else.</summary>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or JsonException or ArgumentException or FormatException or OverflowException or InvalidOperationException or ExternalException)
        {
            throw new DataFileException(Path, $"does not fit: {exception.Message}");
        }
    }
}
