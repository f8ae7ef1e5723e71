using Deq.Samples.Data;
using Deq.Samples.Images;

namespace Deq.Tests.Samples.Images;

public class FolderFormatsTests
{
    [Fact]
    public void Cifar10_IsReadAsItWasWritten()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.Cifar10(folder.Path, records: 6);

        ImageData data = Cifar10.Read(folder.Path);

        byte[] third = File.ReadAllBytes(folder.File("data_batch_3.bin"));
        Assert.Equal((27, 3, 6), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(third[(2 * 3073 + 1)..(3 * 3073)], data.Train.Read(2 * 6 + 2).Pixels.ToArray());
        Assert.Equal(2, data.Train.Label(2 * 6 + 2));
    }

    [Fact]
    public void Cifar10_FileCutAtTheEndOfARecord_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.Cifar10(folder.Path, records: 6);
        byte[] file = File.ReadAllBytes(folder.File("data_batch_2.bin"));
        File.WriteAllBytes(folder.File("data_batch_2.bin"), file[..(5 * 3073)]);

        string message = Assert.Throws<DataFileException>(() => Cifar10.Read(folder.Path)).Message;

        Assert.Contains("data_batch_2.bin", message);
        Assert.Contains("5 records", message);
    }

    [Fact]
    public void ImageFolder_ReadsEveryImageOfEveryClass()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.ImageFolder(folder.Path, classes: 3, images: 4);

        ImageData data = ImageFolder.Read(folder.Path, side: 16);

        Assert.Equal(["n00000000", "n00000001", "n00000002"], data.ClassNames);
        Assert.Equal((11, 1, 12), (data.Train.Count, data.Validation.Count, data.Test.Count));
        ImageBatch batch = Assert.Single(ImageBatches.Once(data, data.Test, 12));
        Assert.Equal(new ImageShape(3, 16, 16), batch.Shape);
        Assert.Equal([0L, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], batch.Labels.Order());
    }

    /// <summary>Images of one grey tone each, which tells the class: the order is mixed, and each image keeps its label.</summary>
    [Fact]
    public void ImageFolder_GivesEachImageTheLabelOfItsFolder()
    {
        using var folder = new TemporaryFolder();
        foreach (string part in new[] { ImageFolder.TrainFolder, ImageFolder.ValidationFolder })
        {
            for (int label = 0; label < 5; label++)
            {
                string path = Directory.CreateDirectory(folder.File($"{part}/class{label}")).FullName;
                for (int i = 0; i < 6; i++) File.WriteAllBytes(Path.Combine(path, $"{i}.pgm"), [.. "P5 2 2 255 "u8, .. Enumerable.Repeat((byte)(50 * label + 7), 4)]);
            }
        }

        ImageData data = ImageFolder.Read(folder.Path, side: 2);

        int[] labels = [.. Enumerable.Range(0, data.Train.Count).Select(data.Train.Label)];
        Assert.All(new[] { data.Train, data.Validation, data.Test }, split =>
        {
            for (int index = 0; index < split.Count; index++) Assert.All(split.Read(index).Pixels.ToArray(), pixel => Assert.Equal(50 * split.Label(index) + 7, pixel));
        });
        Assert.NotEqual(labels.Order(), labels);
    }

    [Fact]
    public void ImageFolder_WhoseClassesDiffer_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.ImageFolder(folder.Path, classes: 3, images: 2);
        Directory.Delete(folder.File("val/n00000001"), recursive: true);

        string message = Assert.Throws<DataFileException>(() => ImageFolder.Read(folder.Path, 16)).Message;
        Assert.Contains("classes", message);
        Assert.Contains("n00000001", message);
    }

    [Fact]
    public void ImageFolder_PassesOverWhatOtherProgramsHide()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.ImageFolder(folder.Path, classes: 2, images: 3);
        Directory.CreateDirectory(folder.File("train/.ipynb_checkpoints"));
        File.WriteAllText(folder.File("train/n00000001/._0.ppm"), "AppleDouble");

        ImageData data = ImageFolder.Read(folder.Path, side: 16);

        Assert.Equal(["n00000000", "n00000001"], data.ClassNames);
        Assert.Equal(6, data.Train.Count + data.Validation.Count);
    }

    [Fact]
    public void Netpbm_GivesPlanesOfColour()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.ppm"), [.. "P6 # a comment\n2 #another\n1\n255\n"u8, 1, 2, 3, 4, 5, 6]);
        File.WriteAllBytes(folder.File("b.pgm"), [.. "P5 1 2 255 "u8, 35, 10]);

        RawImage colour = NetpbmFile.Read(folder.File("a.ppm")), grey = NetpbmFile.Read(folder.File("b.pgm"));

        Assert.Equal(new ImageShape(3, 1, 2), colour.Shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], colour.Pixels.ToArray());
        Assert.Equal([35, 10, 35, 10, 35, 10], grey.Pixels.ToArray());
    }

    [Theory]
    [InlineData("\xff\xd8\xff\xe0", "P6 or P5")]
    [InlineData("P3\n1 1\n255\n1 2 3", "P6 or P5")]
    [InlineData("P6\n1 1\n65535\n123456", "8 bits")]
    [InlineData("P6\n99999999 99999999\n255\n", "width")]
    [InlineData("P6\n16000 16000\n255\n", "more than are read into memory")]
    [InlineData("P6\n2 2\n255\n123", "truncated")]
    [InlineData("P6\n2 2", "truncated")]
    public void Netpbm_OfAnotherKind_IsRefusedWithItsReason(string content, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.ppm"), [.. content.Select(character => (byte)character)]);

        Assert.Contains(reason, Assert.Throws<DataFileException>(() => NetpbmFile.Read(folder.File("a.ppm"))).Message);
    }
}
