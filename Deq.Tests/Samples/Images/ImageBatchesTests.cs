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
