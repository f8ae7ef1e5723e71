using Deq.Samples;
using Deq.Samples.Data;
using Deq.Samples.Images;

namespace Deq.Tests.Samples.Images;

public class ImageBatchesTests
{
    private static readonly ImageData Data = FashionMnist.Shipped();

    [Fact]
    public void Epoch_ShowsEveryImageOnceInAnOrderOfItsOwn()
    {
        int steps = ImageBatches.StepsPerEpoch(Data, 100);
        long[] First(long epoch) => [.. Enumerable.Range(0, steps).SelectMany(step => ImageBatches.Training(Data, 100, 1, epoch * steps + step, Augmentation.None).Labels)];

        long[] all = [.. Enumerable.Range(0, Data.Train.Count).Select(index => (long)Data.Train.Label(index))];
        Assert.Equal(all.Order(), First(0).Order());
        Assert.Equal(all.Order(), First(1).Order());
        Assert.NotEqual(First(0), First(1));
        Assert.NotEqual(all, First(0));
    }

    [Theory]
    [InlineData(nameof(Augmentation.None))]
    [InlineData(nameof(Augmentation.ShiftAndFlip))]
    [InlineData(nameof(Augmentation.CropAndFlip))]
    public void Batch_DependsOnSeedAndStepAlone(string kind)
    {
        Augmentation augmentation = Enum.Parse<Augmentation>(kind);
        ImageBatch Batch(int seed, long step) => ImageBatches.Training(Data, 32, seed, step, augmentation);

        float[] before = Batch(1, 200).Pixels;
        Batch(1, 3);

        Assert.Equal(before, Batch(1, 200).Pixels);
        Assert.NotEqual(before, Batch(2, 200).Pixels);
    }

    [Fact]
    public void Batch_IsNormalised()
    {
        float[] pixels = [.. ImageBatches.Once(Data, Data.Test, 100).SelectMany(batch => batch.Pixels)];

        double mean = pixels.Average(), deviation = Math.Sqrt(pixels.Average(pixel => (pixel - mean) * (pixel - mean)));
        Assert.Equal(0, mean, 0.03);
        Assert.Equal(1, deviation, 0.03);
    }

    /// <summary>Each channel by its own mean and deviation, which are those that everybody uses.</summary>
    [Fact]
    public void Channels_AreNormalisedEachByItsOwnStatistics()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.Cifar10(folder.Path, records: 6);
        ImageData data = Cifar10.Read(folder.Path);
        // Mean and deviation of red, green and blue, over the 50,000 training images.
        (double Mean, double Deviation)[] statistics = [(0.4914, 0.2470), (0.4822, 0.2435), (0.4465, 0.2616)];

        float[] pixels = Assert.Single(ImageBatches.Once(data, data.Test, 6)).Pixels;

        byte[] file = File.ReadAllBytes(folder.File(Cifar10.TestFile));
        for (int image = 0; image < 6; image++)
            for (int i = 0; i < 3072; i++)
                Assert.Equal((file[image * 3073 + 1 + i] / 255.0 - statistics[i / 1024].Mean) / statistics[i / 1024].Deviation, pixels[image * 3072 + i], 1e-5);
        Assert.Equal([0.485f, 0.456f, 0.406f], PixelStatistics.ImageNet.Mean);
        Assert.Equal([0.229f, 0.224f, 0.225f], PixelStatistics.ImageNet.Deviation);
    }

    /// <summary>A ramp along x rises in a window of any place and size, and falls where it is mirrored: half of the time.</summary>
    [Fact]
    public void CropAndFlip_MirrorsHalfOfTheImages()
    {
        byte[] ramp = [.. Enumerable.Range(0, 3 * 40 * 40).Select(i => (byte)(i % 40 * 6))];
        var shape = new ImageShape(3, 40, 40);
        var split = new PackedImages(shape, [.. Enumerable.Range(0, 300).SelectMany(_ => ramp)], new byte[300]);
        var data = new ImageData("ramps", new ImageShape(3, 8, 8), ["a"], new PixelStatistics([0, 0, 0], [1, 1, 1]), split, split, split);

        float[] pixels = ImageBatches.Training(data, 300, 1, 0, Augmentation.CropAndFlip).Pixels;

        int mirrored = 0;
        for (int image = 0; image < 300; image++)
        {
            float[] row = pixels[(image * 192)..(image * 192 + 8)];
            bool falls = row[7] < row[0];
            if (falls) mirrored++;
            Assert.Equal(falls ? row.OrderDescending() : row.Order(), row);
            // All rows and channels are mirrored or none.
            for (int other = 1; other < 24; other++)
                for (int x = 0; x < 8; x++) Assert.Equal(row[x], pixels[image * 192 + other * 8 + x], 1e-5f);
        }

        // 300 tosses: four standard deviations of 8.7.
        Assert.InRange(mirrored, 115, 185);
    }

    /// <summary>ImageNet's usual evaluation: the middle 224 of 256 pixels.</summary>
    [Theory]
    [InlineData(256, 256)]
    [InlineData(256, 300)]
    public void LargerImage_IsEvaluatedByItsMiddle(int height, int width)
    {
        byte[] image = [.. Enumerable.Range(0, 3 * height * width).Select(i => (byte)(i / width % height < 128 ? i % width * 255 / width : i % 7 * 30))];
        var split = new PackedImages(new ImageShape(3, height, width), image, new byte[1]);
        var data = new ImageData("one", new ImageShape(3, 224, 224), ["a"], new PixelStatistics([0, 0, 0], [1, 1, 1]), split, split, split);

        float[] pixels = Assert.Single(ImageBatches.Once(data, data.Test, 1)).Pixels;

        int top = (height - 224) / 2, left = (width - 224) / 2;
        for (int i = 0; i < pixels.Length; i += 13)
            Assert.Equal(image[i / 50176 * height * width + (top + i / 224 % 224) * width + left + i % 224] / 255f, pixels[i], 1e-5f);
    }

    [Fact]
    public void ShiftAndFlip_MovesByFourPixelsAtMostAndMirrors()
    {
        // One image, all pixels different: each batch entry must be a moved, perhaps mirrored copy with the border at the mean.
        byte[] pixels = [.. Enumerable.Range(0, 12 * 12).Select(value => (byte)(value + 1))];
        var split = new PackedImages(new ImageShape(1, 12, 12), pixels, [0]);
        var data = new ImageData("one", new ImageShape(1, 12, 12), ["a"], new PixelStatistics([0], [1]), split, split, split);
        var seen = new HashSet<(int, int, bool)>();
        for (int step = 0; step < 400; step++)
        {
            float[] shown = ImageBatches.Training(data, 1, 1, step, Augmentation.ShiftAndFlip).Pixels;
            (int, int, bool)[] fitting = [.. from down in Enumerable.Range(-4, 9) from right in Enumerable.Range(-4, 9) from flip in new[] { false, true } where Matches(down, right, flip) select (down, right, flip)];
            seen.Add(Assert.Single(fitting));

            bool Matches(int down, int right, bool flip)
            {
                for (int y = 0; y < 12; y++)
                {
                    for (int x = 0; x < 12; x++)
                    {
                        int row = y - down, column = (flip ? 11 - x : x) - right;
                        float expected = row is >= 0 and < 12 && column is >= 0 and < 12 ? pixels[row * 12 + column] / 255f : 0;
                        if (Math.Abs(shown[y * 12 + x] - expected) > 1e-6) return false;
                    }
                }

                return true;
            }
        }

        // 162 ways, 400 draws: nearly all of them come.
        Assert.InRange(seen.Count, 120, 162);
    }

    [Fact]
    public void Resize_OfALinearRamp_IsTheRamp()
    {
        byte[] ramp = [.. Enumerable.Range(0, 60 * 80).Select(index => (byte)(index % 80 + 2 * (index / 80)))];
        var image = new RawImage(new ImageShape(1, 60, 80), ramp);

        float[] half = Resampling.Resize(image, new Window(10, 20, 40, 40), 20, 20);

        // The centre of a result's pixel lies between two pixels; the filter is symmetric, so away from the border it keeps a ramp.
        for (int y = 1; y < 19; y++)
            for (int x = 1; x < 19; x++) Assert.Equal(20 + 2 * x + 0.5 + 2 * (10 + 2 * y + 0.5), half[y * 20 + x], 1e-3);
    }

    [Fact]
    public void Resize_ToTheSameSize_ChangesNothing()
    {
        RawImage image = Data.Train.Read(0);

        float[] same = Resampling.Resize(image, new Window(0, 0, 28, 28), 28, 28);

        Assert.Equal(image.Pixels.ToArray().Select(pixel => (float)pixel), same);
    }

    [Fact]
    public void RandomWindow_StaysInsideTheImage()
    {
        var random = new Random(5);
        foreach (ImageShape shape in new[] { new ImageShape(3, 40, 60), new ImageShape(3, 7, 300), new ImageShape(3, 1, 1) })
        {
            for (int i = 0; i < 500; i++)
            {
                Window window = Window.Random(shape, random);
                Assert.True(window.Top >= 0 && window.Left >= 0 && window.Height > 0 && window.Width > 0);
                Assert.True(window.Top + window.Height <= shape.Height && window.Left + window.Width <= shape.Width);
            }
        }
    }

    /// <summary>Szegedy et al. 2015, section 6: an area of 0.08 to 1, each as probable, and aspect ratios of 3/4 to 4/3, tall as often as wide.</summary>
    [Fact]
    public void RandomWindow_HasThePapersAreasAndAspectRatios()
    {
        var random = new Random(9);
        var shape = new ImageShape(3, 200, 200);
        Window[] windows = [.. Enumerable.Range(0, 3000).Select(_ => Window.Random(shape, random))];
        double[] areas = [.. windows.Select(window => (double)window.Height * window.Width / 40_000)], ratios = [.. windows.Select(window => (double)window.Width / window.Height)];

        Assert.InRange(areas.Min(), 0.075, 0.09);
        Assert.InRange(areas.Max(), 0.97, 1);
        // Those of nearly the whole image fit at few ratios and are drawn again: a little below the 0.54 of an even distribution.
        Assert.InRange(areas.Average(), 0.48, 0.54);
        Assert.InRange(ratios.Min(), 0.74, 0.77);
        Assert.InRange(ratios.Max(), 1.3, 1.35);
        Assert.Equal(0, ratios.Average(Math.Log), 0.02);
        // Even in the logarithm: a deviation of ln(4/3)/sqrt(3) = 0.166, less where the large ones do not fit.
        Assert.InRange(Math.Sqrt(ratios.Average(ratio => Math.Log(ratio) * Math.Log(ratio))), 0.14, 0.17);
        Assert.InRange(windows.Average(window => window.Top / Math.Max(1.0, 200 - window.Height)), 0.45, 0.55);
        Assert.InRange(windows.Average(window => window.Left / Math.Max(1.0, 200 - window.Width)), 0.45, 0.55);
    }

    [Fact]
    public void BatchLargerThanTheSet_IsRefused() =>
        Assert.Contains("fewer than a batch", Assert.Throws<SampleException>(() => ImageBatches.Training(Data, 5000, 1, 0, Augmentation.None)).Message);

    [Fact]
    public void CorruptFileInABatch_IsNamedAsInAnyOtherReading()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.ImageFolder(folder.Path, classes: 2, images: 4);
        foreach (string file in Directory.GetFiles(folder.File("train"), "*.ppm", SearchOption.AllDirectories)) File.WriteAllBytes(file, [.. "P6\n4 4\n255\n"u8]);
        ImageData data = ImageFolder.Read(folder.Path, 8);

        Assert.Contains("truncated", Assert.Throws<DataFileException>(() => ImageBatches.Training(data, 7, 1, 0, Augmentation.CropAndFlip)).Message);
    }
}
