using System.IO.Compression;
using System.Text;

namespace Deq.Samples.Data;

/// <summary>One text of an archive.</summary>
internal readonly record struct Speech(string Name, string Text);

/// <summary>
/// Many texts in one Brotli-compressed UTF-8 stream: for each a form feed, its name, a line feed, the text as it is.
/// No text may contain a form feed, which the writer checks.
/// </summary>
internal static class SpeechArchive
{
    private const char Separator = '\f';

    // Brotli at its strongest, with a window (2^24 bytes) that spans more than all the addresses.
    private const int Quality = 11, Window = 24;

    /// <summary>Ten times the shipped archive.</summary>
    private const int MostCharacters = 100_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(Stream destination, IEnumerable<Speech> speeches)
    {
        var text = new StringBuilder();
        foreach (Speech speech in speeches)
        {
            if (speech.Name.AsSpan().ContainsAny(Separator, '\n') || speech.Text.Contains(Separator))
                throw new DataFileException(speech.Name, "holds a form feed, which separates the texts of the archive");
            text.Append(Separator).Append(speech.Name).Append('\n').Append(speech.Text);
        }

        byte[] plain = StrictUtf8.GetBytes(text.ToString());
        byte[] packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        if (!BrotliEncoder.TryCompress(plain, packed, out int length, Quality, Window))
            throw new InvalidOperationException("Brotli needed more room than its own upper bound.");
        destination.Write(packed, 0, length);
    }

    /// <exception cref="DataFileException">The stream is not such an archive.</exception>
    public static IReadOnlyList<Speech> Read(Stream source, string name)
    {
        string text;
        try
        {
            using var reader = new StreamReader(new BrotliStream(source, CompressionMode.Decompress), StrictUtf8);
            text = ReadAll(reader, name);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or DecoderFallbackException)
        {
            throw new DataFileException(name, "is not a Brotli stream of UTF-8 text", exception);
        }

        var speeches = new List<Speech>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            int line = text.IndexOf('\n', start);
            if (text[start] != Separator || line < 0)
                throw new DataFileException(name, "is not an archive of texts: a form feed and a name should begin each");
            end = text.IndexOf(Separator, line);
            if (end < 0) end = text.Length;
            speeches.Add(new Speech(text[(start + 1)..line], text[(line + 1)..end]));
        }

        return speeches;
    }

    /// <summary>A few damaged bytes can unpack to more than any machine has: the end is looked for before that.</summary>
    private static string ReadAll(StreamReader reader, string name)
    {
        var text = new StringBuilder();
        var buffer = new char[1 << 16];
        while (reader.ReadBlock(buffer) is var read and > 0)
        {
            text.Append(buffer, 0, read);
            if (text.Length > MostCharacters) throw new DataFileException(name, $"unpacks to more than {MostCharacters:N0} characters: it is damaged, or no archive of texts");
        }

        return text.ToString();
    }

    /// <summary>Every <c>*.txt</c> of a folder, sorted by name in ordinal order.</summary>
    public static IReadOnlyList<Speech> FromFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new DataFileException(folder, "there is no such folder");
        string[] files = Directory.GetFiles(folder, "*.txt");
        if (files.Length == 0) throw new DataFileException(folder, "holds no *.txt file");
        Array.Sort(files, (left, right) => string.CompareOrdinal(Path.GetFileName(left), Path.GetFileName(right)));
        return [.. files.Select(file => new Speech(Path.GetFileNameWithoutExtension(file), TextOf(file)))];
    }

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file, StrictUtf8);
        }
        catch (DecoderFallbackException exception)
        {
            throw new DataFileException(file, "is not valid UTF-8", exception);
        }
    }
}
