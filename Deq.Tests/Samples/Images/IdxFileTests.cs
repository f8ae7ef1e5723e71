using System.IO.Compression;
using Deq.Samples.Data;
using Deq.Samples.Images;

namespace Deq.Tests.Samples.Images;

public class IdxFileTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Set_IsReadAsItWasWritten(bool gzip)
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 40, test: 7, gzip, seed: 3);

        ImageData data = FashionMnist.Read(folder.Path);

        var expected = new byte[40 * 784];
        new Random(3).NextBytes(expected);
        Assert.Equal(new ImageShape(1, 28, 28), data.Shape);
        Assert.Equal((36, 4, 7), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(expected[(5 * 784)..(6 * 784)], data.Train.Read(5).Pixels.ToArray());
        Assert.Equal(expected[(38 * 784)..(39 * 784)], data.Validation.Read(2).Pixels.ToArray());
        Assert.Equal(8, data.Validation.Label(2));
    }

    [Fact]
    public void Labels_OfAnotherFile_AreRefused()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 40, test: 7, gzip: false);
        File.Copy(folder.File(FashionMnist.TestLabels), folder.File(FashionMnist.TrainLabels), overwrite: true);

        string message = Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.Path)).Message;

        Assert.Contains("7 labels", message);
        Assert.Contains("40 images", message);
    }

    [Fact]
    public void Label_BeyondTheClasses_IsRefusedWithItsPlace()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 40, test: 7, gzip: false);
        byte[] labels = File.ReadAllBytes(folder.File(FashionMnist.TrainLabels));
        labels[8 + 12] = 10;
        File.WriteAllBytes(folder.File(FashionMnist.TrainLabels), labels);

        string message = Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.Path)).Message;

        Assert.Contains("label 12 is 10, allowed is 0 to 9", message);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 40, test: 7, gzip: true);
        File.Delete(folder.File(FashionMnist.TestLabels + ".gz"));

        Assert.Contains(FashionMnist.TestLabels, Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.Path)).Message);
        Assert.Contains("no such folder", Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.File("none"))).Message);
    }

    [Fact]
    public void HeaderThatClaimsHundredsOfMegabytes_CostsNoMemory()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 40, test: 7, gzip: false);
        byte[] images = File.ReadAllBytes(folder.File(FashionMnist.TrainImages));
        images[4] = 0x00;
        images[5] = 0x0A;
        File.WriteAllBytes(folder.File(FashionMnist.TrainImages), images);
        using (var packed = new GZipStream(File.Create(folder.File(FashionMnist.TrainImages + ".gz")), CompressionLevel.Fastest)) packed.Write(images);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.Path));
        File.Delete(folder.File(FashionMnist.TrainImages + ".gz"));
        Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.Path));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 5_000_000);
    }

    [Fact]
    public void ShippedPart_HoldsAllClassesAndIsTakenWhereNoPlaceHasTheSet()
    {
        using var folder = new TemporaryFolder();

        ImageData data = FashionMnist.Read(null, [folder.Path]);

        Assert.Equal((2700, 300, 1000), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(10, Enumerable.Range(0, 1000).Select(data.Test.Label).Distinct().Count());
        // A mean of 0.286 over the whole set: the pixels of the part are those of real images.
        double mean = Enumerable.Range(0, 2700).Average(index => data.Train.Read(index).Pixels.ToArray().Average(pixel => pixel / 255.0));
        Assert.Equal(data.Pixels.Mean[0], mean, 0.01);
    }

    [Fact]
    public void StandardPlace_IsReadBeforeTheShippedPart()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 20, test: 7, gzip: true);

        Assert.Equal(7, FashionMnist.Read(null, [folder.File("none"), folder.Path]).Test.Count);
    }
}
