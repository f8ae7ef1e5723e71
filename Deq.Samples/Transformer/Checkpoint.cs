using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Deq.Samples.Data;

namespace Deq.Samples.Transformer;

/// <summary>What a checkpoint says beside the parameters.</summary>
internal sealed record CheckpointHeader
{
    public required string Name { get; init; }

    public required ModelSettings Model { get; init; }

    public required SolveSettings Solve { get; init; }

    /// <summary>Folder of the corpus; null for the shipped one.</summary>
    public string? Data { get; init; }

    public required IReadOnlyList<string> Words { get; init; }

    public required int Steps { get; init; }

    public required long Tokens { get; init; }
}

/// <summary>
/// A trained model in one file: a line that names the format, the header as JSON, the parameters in TorchSharp's own format,
/// each with its length before it, and a SHA-256 of all that. Whoever reads it gets a whole model or a reason.
/// </summary>
internal static class Checkpoint
{
    public const string FileName = "model.deq";

    private static ReadOnlySpan<byte> Magic => "deq-samples checkpoint 1\n"u8;

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Writes beside the file and renames: a program killed meanwhile leaves the last good one.</summary>
    public static void Save(string file, LanguageModel model, CheckpointHeader header)
    {
        using var content = new MemoryStream();
        content.Write(Magic);
        WriteBlock(content, JsonSerializer.SerializeToUtf8Bytes(header, Json));
        using (var parameters = new MemoryStream())
        {
            model.save(parameters);
            WriteBlock(content, parameters.ToArray());
        }

        content.Write(SHA256.HashData(content.ToArray()));

        string temporary = file + ".tmp";
        using (FileStream stream = File.Create(temporary))
        {
            content.WriteTo(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }

    /// <exception cref="DataFileException">The file is missing, damaged or none of this format.</exception>
    public static (LanguageModel Model, CheckpointHeader Header) Load(string file)
    {
        if (!File.Exists(file)) throw new DataFileException(file, "there is no such checkpoint; 'transformer train' writes one");
        ReadOnlySpan<byte> content = File.ReadAllBytes(file);
        if (!content.StartsWith(Magic)) throw new DataFileException(file, "is no checkpoint of this program and version");
        if (content.Length < Magic.Length + SHA256.HashSizeInBytes
            || !SHA256.HashData(content[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(content[^SHA256.HashSizeInBytes..]))
        {
            throw new DataFileException(file, "is damaged: its content does not match its checksum");
        }

        int position = Magic.Length;
        CheckpointHeader header = JsonSerializer.Deserialize<CheckpointHeader>(ReadBlock(content, ref position), Json)
            ?? throw new DataFileException(file, "has no header");
        var model = new LanguageModel(header.Model, header.Words.Count);
        using var parameters = new MemoryStream(ReadBlock(content, ref position).ToArray());
        model.load(parameters);
        model.Apply(header.Solve);
        return (model, header);
    }

    private static void WriteBlock(Stream destination, ReadOnlySpan<byte> block)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, block.Length);
        destination.Write(length);
        destination.Write(block);
    }

    private static ReadOnlySpan<byte> ReadBlock(ReadOnlySpan<byte> content, ref int position)
    {
        int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(content[position..]));
        ReadOnlySpan<byte> block = content.Slice(position + sizeof(long), length);
        position += sizeof(long) + length;
        return block;
    }
}
