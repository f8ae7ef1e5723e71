using System.Buffers.Binary;
using System.IO.Compression;
using Deq.Samples.Data;

namespace Deq.Samples.Images;

/// <summary>
/// Reads a file of a known format into memory in one piece: its header says how long it must be, and it is read only where
/// that length is the file's, so a truncated file, or a header that claims too much, costs no memory and gives no part of a data set.
/// </summary>
internal static class WholeFile
{
    /// <summary>The largest a file may be unpacked. All of EMNIST's largest set takes 548 million bytes.</summary>
    public const long MostBytes = 600_000_000;

    private const int GzipTrailer = 8;

    // A deflate stream cannot unpack to more than about 1032 times its length.
    private const long MostExpansion = 1040;

    /// <param name="path">A file, compressed by gzip where its name ends with <c>.gz</c>.</param>
    /// <param name="headerLength">Bytes of the header.</param>
    /// <param name="totalLength">From a header to the length that the unpacked file must have, header included; may refuse it.</param>
    /// <exception cref="DataFileException">The file is missing, unreadable, corrupt or of another length.</exception>
    public static byte[] Read(string path, int headerLength, Func<byte[], long> totalLength)
    {
        if (!File.Exists(path)) throw new DataFileException(path, "there is no such file");
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file, path, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase), headerLength, totalLength);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The same for a stream that can seek, as an embedded resource.</summary>
    public static byte[] Read(Stream file, string name, bool gzip, int headerLength, Func<byte[], long> totalLength)
    {
        long unpacked = gzip ? UnpackedLength(file, name) : file.Length;
        if (unpacked < headerLength)
            throw new DataFileException(name, $"is {unpacked} bytes long{(gzip ? " unpacked" : "")}, shorter than its header of {headerLength}: it is truncated or of another kind");

        using Stream content = gzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
        try
        {
            var header = new byte[headerLength];
            content.ReadExactly(header);
            long expected = totalLength(header);
            if (expected != unpacked)
                throw new DataFileException(name, $"its header asks for {expected:N0} bytes and it has {unpacked:N0}{(gzip ? " unpacked" : "")}: it is truncated or corrupt");
            if (expected > MostBytes)
                throw new DataFileException(name, $"holds {expected:N0} bytes, more than the {MostBytes:N0} that are read into memory");

            var all = new byte[expected];
            header.CopyTo(all, 0);
            content.ReadExactly(all.AsSpan(headerLength));
            // Reading on to the end is what makes gzip compare its checksum.
            if (content.ReadByte() >= 0) throw new DataFileException(name, $"goes on after the {expected:N0} bytes that its header asks for: it is corrupt");
            return all;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new DataFileException(name, $"is truncated or corrupt: {exception.Message}", exception);
        }
    }

    /// <summary>What gzip's last four bytes say, which is the length below 4 GiB.</summary>
    private static long UnpackedLength(Stream file, string name)
    {
        if (file.Length <= GzipTrailer) throw new DataFileException(name, $"is {file.Length} bytes long, which no gzip file is: it is truncated");
        Span<byte> length = stackalloc byte[sizeof(uint)];
        file.Seek(-length.Length, SeekOrigin.End);
        file.ReadExactly(length);
        file.Seek(0, SeekOrigin.Begin);
        long unpacked = BinaryPrimitives.ReadUInt32LittleEndian(length);
        return unpacked <= file.Length * MostExpansion
            ? unpacked
            : throw new DataFileException(name, $"is {file.Length:N0} bytes long and claims to unpack to {unpacked:N0}: it is truncated or corrupt");
    }
}
