using Deq.Samples.Images;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Images;

/// <summary>Trains a small classifier on three kinds of stripes, in noise.</summary>
internal static class SmallTraining
{
    public static readonly ImageData Stripes = Make(count: 96);

    public static double[] Losses<TForm>(TForm form, ImageSettings settings, int steps)
        where TForm : IImageForm<TForm> => [.. Train(form, settings, steps).Steps.Select(step => step.Loss)];

    public static RunRecord Train<TForm>(TForm form, ImageSettings settings, int steps, CheckpointPlan? plan = null, CancellationToken stop = default)
        where TForm : IImageForm<TForm>
    {
        using ImageTask<TForm> task = Task(form.For(Stripes.Shape, Stripes.Classes), settings);
        return new TrainingLoop(task, settings.Training with { Steps = steps }, new PlainView(TextWriter.Null), plan, stop).Train();
    }

    public static ImageTask<TForm> Task<TForm>(TForm form, ImageSettings settings)
        where TForm : IImageForm<TForm> => new("small", "small", form, settings, Stripes);

    private static ImageData Make(int count)
    {
        const int side = 9;
        var shape = new ImageShape(2, side, side);
        var random = new Random(11);
        byte[] pixels = new byte[count * shape.Size], labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)(i % 3);
            for (int p = 0; p < shape.Size; p++)
            {
                int y = p / side % side, x = p % side, along = labels[i] switch { 0 => x, 1 => y, _ => x + y };
                pixels[i * shape.Size + p] = (byte)(random.Next(100) + (along % 3 == 0 ? 120 : 0));
            }
        }

        var split = new PackedImages(shape, pixels, labels);
        return new ImageData("stripes", shape, ["|", "-", "/"], new PixelStatistics([0.4f, 0.4f], [0.25f, 0.25f]), split.Slice(0, count - 24), split.Slice(count - 24, 12), split.Slice(count - 12, 12));
    }
}
