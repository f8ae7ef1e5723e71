using Deq.Samples.Data;
using Deq.Samples.Images;

namespace Deq.Tests.Samples.Images;

/// <summary>Whatever becomes of a file: a clear error that names it, or a whole data set that is valid.</summary>
public class MutatedImageFilesTests
{
    private const int Mutations = 300;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Idx_GivesAClearErrorOrAWholeSet(bool gzip) => Check(
        folder => ImageFiles.FashionMnist(folder, train: 20, test: 10, gzip),
        folder => FashionMnist.Read(folder, []),
        images: 30);

    [Fact]
    public void Cifar10_GivesAClearErrorOrAWholeSet() => Check(
        folder => ImageFiles.Cifar10(folder, records: 4),
        Cifar10.Read,
        images: 24);

    [Fact]
    public void ImageFolder_GivesAClearErrorOrAWholeSet() => Check(
        folder => ImageFiles.ImageFolder(folder, classes: 2, images: 3),
        folder => ImageFolder.Read(folder, side: 8),
        images: 12);

    /// <summary>A checksum stands behind the pixels of a compressed file: a changed byte cannot go unseen.</summary>
    [Fact]
    public void GzippedIdx_WithAChangedPixel_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 20, test: 10, gzip: true);
        string path = folder.File(FashionMnist.TrainImages + ".gz");
        byte[] file = File.ReadAllBytes(path);
        for (int position = 1000; position < file.Length - 8; position += 997)
        {
            byte[] changed = [.. file];
            changed[position] ^= 0x10;
            File.WriteAllBytes(path, changed);
            Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.Path));
        }
    }

    private static void Check(Action<string> write, Func<string, ImageData> read, int images)
    {
        using var folder = new TemporaryFolder();
        write(folder.Path);
        string[] files = [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            string path = files[random.Next(files.Length)];
            byte[] original = File.ReadAllBytes(path);
            File.WriteAllBytes(path, Mutation.Of(original, random));
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                ImageData data = read(folder.Path);
                Assert.Equal(images, ReadAll(data));
            }
            catch (DataFileException exception)
            {
                refused++;
                Assert.Contains(folder.Path, exception.Message);
            }
            finally
            {
                File.WriteAllBytes(path, original);
            }

            Assert.True(GC.GetTotalAllocatedBytes() - before < 200_000_000, $"mutation {i}");
        }

        // Both happen: the mutations are neither all harmless nor all of the header.
        Assert.InRange(refused, Mutations / 5, Mutations);
        Assert.Equal(images, ReadAll(read(folder.Path)));
    }

    private static int ReadAll(ImageData data)
    {
        int count = 0;
        foreach (ImageSplit split in new[] { data.Train, data.Validation, data.Test })
        {
            foreach (ImageBatch batch in ImageBatches.Once(data, split, 4))
            {
                Assert.All(batch.Pixels, pixel => Assert.True(float.IsFinite(pixel)));
                Assert.All(batch.Labels, label => Assert.InRange(label, 0, data.Classes - 1));
                count += batch.Count;
            }
        }

        return count;
    }
}
