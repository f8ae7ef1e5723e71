using System.Runtime.ExceptionServices;
using Deq.Samples.Data;

namespace Deq.Samples.Images;

/// <summary>Cuts a split into batches.</summary>
internal static class ImageBatches
{
    private const int MostShift = 4;

    // ImageNet's usual evaluation: the middle 224 of 256 pixels.
    private const double EvaluatedPart = 224.0 / 256;

    /// <summary>
    /// Batch number <paramref name="step"/> (from 0) of a training without end. Every epoch is a new order of all images, what does not
    /// fill a batch is left out of it. The batch depends on seed and step alone, so a training can go on at any step.
    /// </summary>
    /// <exception cref="SampleException">There are fewer images than a batch takes.</exception>
    public static ImageBatch Training(ImageData data, int batch, int seed, long step, Augmentation augmentation)
    {
        ImageSplit split = data.Train;
        int perEpoch = StepsPerEpoch(data, batch);
        long epoch = step / perEpoch;
        int[] order = ImageOrder.Of(split.Count, seed, epoch);
        int first = (int)(step % perEpoch) * batch;
        return Cut(data, split, batch, row => order[first + row], (image, index) => Varied(image, data.Shape, augmentation, RandomOf(seed, epoch, index)));
    }

    /// <summary>Whole batches in the training split.</summary>
    public static int StepsPerEpoch(ImageData data, int batch) => data.Train.Count >= batch
        ? data.Train.Count / batch
        : throw new SampleException($"{data.Name} has {data.Train.Count} images to train on, fewer than a batch of {batch}: make --batch smaller");

    /// <summary>Every image of a split once, in its order and without variation.</summary>
    public static IEnumerable<ImageBatch> Once(ImageData data, ImageSplit split, int batch)
    {
        for (int first = 0; first < split.Count; first += batch)
        {
            int start = first;
            yield return Cut(data, split, Math.Min(batch, split.Count - first), row => start + row, (image, _) => Plain(image, data.Shape));
        }
    }

    private static ImageBatch Cut(ImageData data, ImageSplit split, int count, Func<int, int> index, Func<RawImage, int, float[]> prepare)
    {
        ImageShape shape = data.Shape;
        var pixels = new float[count * shape.Size];
        var labels = new long[count];
        try
        {
            // Files are decoded side by side; each image goes where it belongs, whoever is ready first.
            Parallel.For(0, count, Prepare);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0]);
        }

        return new ImageBatch(pixels, labels, shape);

        void Prepare(int row)
        {
            RawImage image = split.Read(index(row));
            if (image.Shape.Channels != shape.Channels)
                throw new SampleException($"{data.Name}: an image has {image.Shape.Channels} channels, the model takes {shape.Channels}");
            Normalise(prepare(image, index(row)), data.Pixels, pixels.AsSpan(row * shape.Size, shape.Size));
            labels[row] = split.Label(index(row));
        }
    }

    /// <summary>Values outside the image, which a shift shows, are NaN here and 0 afterwards, the mean of all pixels.</summary>
    private static void Normalise(float[] image, PixelStatistics statistics, Span<float> destination)
    {
        int plane = image.Length / statistics.Mean.Count;
        for (int i = 0; i < image.Length; i++)
        {
            int channel = i / plane;
            destination[i] = float.IsNaN(image[i]) ? 0 : (image[i] / 255 - statistics.Mean[channel]) / statistics.Deviation[channel];
        }
    }

    private static float[] Plain(RawImage image, ImageShape shape) => image.Shape == shape
        ? Copy(image, 0, 0, mirrored: false)
        : Resampling.Resize(image, Window.Central(image.Shape, EvaluatedPart), shape.Height, shape.Width);

    private static float[] Varied(RawImage image, ImageShape shape, Augmentation augmentation, Random random)
    {
        switch (augmentation)
        {
            case Augmentation.ShiftAndFlip when image.Shape == shape:
                return Copy(image, random.Next(-MostShift, MostShift + 1), random.Next(-MostShift, MostShift + 1), random.Next(2) == 1);
            case Augmentation.CropAndFlip:
                float[] crop = Resampling.Resize(image, Window.Random(image.Shape, random), shape.Height, shape.Width);
                if (random.Next(2) == 1)
                    for (int row = 0; row < crop.Length; row += shape.Width) Array.Reverse(crop, row, shape.Width);
                return crop;
            default:
                return Plain(image, shape);
        }
    }

    private static float[] Copy(RawImage image, int down, int right, bool mirrored)
    {
        (int channels, int height, int width) = image.Shape;
        ReadOnlySpan<byte> pixels = image.Pixels.Span;
        var copy = new float[pixels.Length];
        for (int i = 0, channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++, i++)
                {
                    int row = y - down, column = (mirrored ? width - 1 - x : x) - right;
                    bool inside = (uint)row < (uint)height && (uint)column < (uint)width;
                    copy[i] = inside ? pixels[(channel * height + row) * width + column] : float.NaN;
                }
            }
        }

        return copy;
    }

    /// <summary>Every image of every epoch has random numbers of its own, whatever order images are prepared in.</summary>
    private static Random RandomOf(int seed, long epoch, int index) => new(HashOf(seed, epoch, index));

    /// <summary>The same number on every machine, unlike <see cref="HashCode"/>'s.</summary>
    internal static int HashOf(int seed, long epoch, int index)
    {
        ulong mixed = (ulong)(uint)seed << 32 | (uint)index;
        mixed ^= (ulong)epoch * 0x9E3779B97F4A7C15;
        // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
        return (int)(mixed ^ mixed >> 31);
    }
}
