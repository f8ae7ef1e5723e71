using System.Buffers.Binary;
using Deq.Samples.Data;

namespace Deq.Samples.Images;

/// <summary>
/// The IDX format of the MNIST family: two zero bytes, the type (8 for unsigned bytes), the number of dimensions, each dimension as
/// a big-endian 32-bit number, the values.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 8;
    private const int ImageDimensions = 3, LabelDimensions = 1;

    /// <summary>The largest height or width that an image of such a file is believed to have.</summary>
    private const int LargestSide = 4096;

    /// <summary>Images and labels of a pair of files.</summary>
    /// <exception cref="DataFileException">A file is missing, truncated or corrupt, the two do not belong together, or a label is not below <paramref name="classes"/>.</exception>
    public static PackedImages ReadPair(string images, string labels, int classes) => Pair(
        WholeFile.Read(images, HeaderLength(ImageDimensions), header => TotalLength(header, images)), images,
        WholeFile.Read(labels, HeaderLength(LabelDimensions), header => TotalLength(header, labels)), labels, classes);

    /// <summary>The same for gzipped streams that can seek.</summary>
    public static PackedImages ReadPair(Stream images, string imagesName, Stream labels, string labelsName, int classes) => Pair(
        WholeFile.Read(images, imagesName, gzip: true, HeaderLength(ImageDimensions), header => TotalLength(header, imagesName)), imagesName,
        WholeFile.Read(labels, labelsName, gzip: true, HeaderLength(LabelDimensions), header => TotalLength(header, labelsName)), labelsName, classes);

    /// <summary>Writes values with their header.</summary>
    public static void Write(Stream destination, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> values)
    {
        var header = new byte[HeaderLength(dimensions.Length)];
        header[2] = UnsignedByte;
        header[3] = (byte)dimensions.Length;
        for (int i = 0; i < dimensions.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * (i + 1)), dimensions[i]);
        destination.Write(header);
        destination.Write(values);
    }

    private static PackedImages Pair(byte[] images, string imagesName, byte[] labels, string labelsName, int classes)
    {
        int count = Dimension(images, 0);
        if (Dimension(labels, 0) != count)
            throw new DataFileException(labelsName, $"holds {Dimension(labels, 0):N0} labels, {imagesName} holds {count:N0} images: the two do not belong together");
        if (count == 0) throw new DataFileException(imagesName, "holds no image");

        byte[] values = labels[HeaderLength(LabelDimensions)..];
        int wrong = Array.FindIndex(values, label => label >= classes);
        if (wrong >= 0) throw new DataFileException(labelsName, $"label {wrong:N0} is {values[wrong]}, allowed is 0 to {classes - 1}: the file is corrupt or of another data set");
        return new PackedImages(new ImageShape(1, Dimension(images, 1), Dimension(images, 2)), images[HeaderLength(ImageDimensions)..], values);
    }

    private static int HeaderLength(int dimensions) => sizeof(int) * (1 + dimensions);

    private static int Dimension(byte[] file, int index) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(sizeof(int) * (1 + index)));

    private static long TotalLength(byte[] header, string name)
    {
        int dimensions = header.Length / sizeof(int) - 1;
        if (header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte || header[3] != dimensions)
        {
            throw new DataFileException(name,
                $"begins with {Convert.ToHexString(header.AsSpan(0, 4))}, an IDX file of {(dimensions == ImageDimensions ? "images" : "labels")} with {UnsignedByte:X6}{dimensions:X2}");
        }

        int count = Dimension(header, 0);
        if (count < 0) throw new DataFileException(name, $"its header gives a count of {count}: it is corrupt");
        long length = count;
        for (int i = 1; i < dimensions; i++)
        {
            int side = Dimension(header, i);
            if (side is < 1 or > LargestSide) throw new DataFileException(name, $"its header gives an image side of {side}, allowed is 1 to {LargestSide}: it is corrupt");
            length *= side;
        }

        return header.Length + length;
    }
}
