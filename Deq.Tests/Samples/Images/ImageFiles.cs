using System.IO.Compression;
using Deq.Samples.Images;

namespace Deq.Tests.Samples.Images;

/// <summary>Writes small data sets of random pixels in the formats that the samples read.</summary>
internal static class ImageFiles
{
    public static void FashionMnist(string folder, int train, int test, bool gzip, int seed = 1)
    {
        var random = new Random(seed);
        Pair(Deq.Samples.Images.FashionMnist.TrainImages, Deq.Samples.Images.FashionMnist.TrainLabels, train);
        Pair(Deq.Samples.Images.FashionMnist.TestImages, Deq.Samples.Images.FashionMnist.TestLabels, test);

        void Pair(string images, string labels, int count)
        {
            var pixels = new byte[count * 28 * 28];
            random.NextBytes(pixels);
            Write(images, [count, 28, 28], pixels);
            Write(labels, [count], [.. Enumerable.Range(0, count).Select(index => (byte)(index % 10))]);
        }

        void Write(string name, int[] dimensions, byte[] values)
        {
            using FileStream file = File.Create(Path.Combine(folder, gzip ? name + ".gz" : name));
            using Stream content = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
            IdxFile.Write(content, dimensions, values);
        }
    }

    public static void Cifar10(string folder, int records, int seed = 1)
    {
        var random = new Random(seed);
        foreach (string name in Deq.Samples.Images.Cifar10.TrainFiles.Append(Deq.Samples.Images.Cifar10.TestFile))
        {
            var file = new byte[records * 3073];
            random.NextBytes(file);
            for (int i = 0; i < records; i++) file[i * 3073] = (byte)(i % 10);
            File.WriteAllBytes(Path.Combine(folder, name), file);
        }
    }

    /// <summary>Images of many sizes, one of them grey.</summary>
    public static void ImageFolder(string folder, int classes, int images, int seed = 1)
    {
        var random = new Random(seed);
        foreach (string part in new[] { "train", "val" })
        {
            for (int label = 0; label < classes; label++)
            {
                string path = Directory.CreateDirectory(Path.Combine(folder, part, $"n{label:00000000}")).FullName;
                for (int i = 0; i < images; i++)
                    File.WriteAllBytes(Path.Combine(path, $"{i}.ppm"), Netpbm(random, 20 + 3 * i, 30 - 2 * (i % 4), colour: i != 0));
            }
        }
    }

    public static byte[] Netpbm(Random random, int width, int height, bool colour)
    {
        var pixels = new byte[width * height * (colour ? 3 : 1)];
        random.NextBytes(pixels);
        return [.. System.Text.Encoding.ASCII.GetBytes($"{(colour ? "P6" : "P5")}\n# made for a test\n{width} {height}\n255\n"), .. pixels];
    }
}
