using System.Globalization;
using Deq.Samples.Data;

namespace Deq.Samples.Images;

/// <summary>
/// Binary Netpbm images: <c>P6</c> (red, green, blue) and <c>P5</c> (grey), 8 bits. A header of text (magic, width, height, 255, with
/// comments from # to the line's end), one white space, the pixels. Any image tool writes it.
/// </summary>
internal static class NetpbmFile
{
    private const int LongestHeader = 4096, LargestSide = 16_384, Maximum = 255;

    /// <summary>Colour channels of what <see cref="Read"/> gives: grey is repeated.</summary>
    public const int Channels = 3;

    /// <exception cref="DataFileException">The file is missing, truncated, corrupt or of another kind.</exception>
    public static RawImage Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            (bool colour, int width, int height) = ReadHeader(file, path, out int headerLength);
            int pixels = checked(width * height), expected = colour ? Channels * pixels : pixels;
            if (file.Length != headerLength + (long)expected)
            {
                throw new DataFileException(path,
                    $"its header asks for {width} x {height} pixels, {headerLength + (long)expected:N0} bytes in all, and it has {file.Length:N0}: it is truncated or corrupt");
            }

            var raw = new byte[expected];
            file.Seek(headerLength, SeekOrigin.Begin);
            file.ReadExactly(raw);
            return new RawImage(new ImageShape(Channels, height, width), ByChannel(raw, pixels, colour));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    private static (bool Colour, int Width, int Height) ReadHeader(FileStream file, string path, out int length)
    {
        var bytes = new byte[Math.Min(file.Length, LongestHeader)];
        file.ReadExactly(bytes);
        if (bytes.Length < 2 || bytes[0] != 'P' || bytes[1] is not ((byte)'5' or (byte)'6'))
            throw new DataFileException(path, "does not begin with P6 or P5: it is no binary Netpbm image. Convert others, as with: mogrify -format ppm");

        int position = 2;
        int width = Number("width", 1, LargestSide), height = Number("height", 1, LargestSide);
        Number("largest value", Maximum, Maximum);
        length = position + 1;
        if (position >= bytes.Length || !IsBlank(bytes[position])) throw new DataFileException(path, "its header does not end: it is truncated or corrupt");
        // 805 million pixels fit the sides allowed; what is read into memory is bounded as for the other formats.
        return (long)width * height * Channels <= WholeFile.MostBytes
            ? (bytes[1] == '6', width, height)
            : throw new DataFileException(path, $"is {width} x {height} pixels large, more than are read into memory");

        int Number(string what, int least, int most)
        {
            SkipBlanks();
            int start = position;
            while (position < bytes.Length && char.IsAsciiDigit((char)bytes[position])) position++;
            return int.TryParse(bytes.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
                ? value
                : throw new DataFileException(path, $"its header has no {what} {(least == most ? $"of {least}" : $"from {least} to {most}")}: it is truncated, corrupt or not of 8 bits");
        }

        void SkipBlanks()
        {
            while (position < bytes.Length && (IsBlank(bytes[position]) || bytes[position] == '#'))
            {
                if (bytes[position++] != '#') continue;
                while (position < bytes.Length && bytes[position] != '\n') position++;
            }
        }
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static byte[] ByChannel(byte[] raw, int pixels, bool colour)
    {
        var planes = new byte[Channels * pixels];
        int step = colour ? Channels : 1;
        for (int channel = 0; channel < Channels; channel++)
        {
            int from = colour ? channel : 0;
            Span<byte> plane = planes.AsSpan(channel * pixels, pixels);
            for (int i = 0; i < pixels; i++) plane[i] = raw[i * step + from];
        }

        return planes;
    }
}
