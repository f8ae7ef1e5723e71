using System.IO.Compression;

namespace Deq.Samples.Images;

/// <summary>Makes the shipped part of Fashion-MNIST: the first images of each file, as IDX files of the same names.</summary>
internal static class FashionMnistPart
{
    public static void Write(ImageSplit split, int count, string folder, string images, string labels)
    {
        Directory.CreateDirectory(folder);
        ImageShape shape = split.Read(0).Shape;
        byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(index => split.Read(index).Pixels.ToArray())];
        byte[] numbers = [.. Enumerable.Range(0, count).Select(index => (byte)split.Label(index))];
        WriteFile(Path.Combine(folder, images + ".gz"), [count, shape.Height, shape.Width], pixels);
        WriteFile(Path.Combine(folder, labels + ".gz"), [count], numbers);
    }

    private static void WriteFile(string path, int[] dimensions, byte[] values)
    {
        using var packed = new GZipStream(File.Create(path), CompressionLevel.SmallestSize);
        IdxFile.Write(packed, dimensions, values);
    }
}
