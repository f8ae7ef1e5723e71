namespace Deq.Samples.Images;

/// <summary>A rectangle of an image.</summary>
internal readonly record struct Window(int Top, int Left, int Height, int Width)
{
    /// <summary>The largest square in the middle of an image, shrunk by a factor.</summary>
    public static Window Central(ImageShape image, double factor = 1)
    {
        int side = Math.Max(1, (int)Math.Round(Math.Min(image.Height, image.Width) * factor));
        return new Window((image.Height - side) / 2, (image.Width - side) / 2, side, side);
    }

    /// <summary>
    /// A rectangle of random area (a share of the image's, from 0.08 to 1) and aspect ratio (from 3/4 to 4/3), somewhere in it: what
    /// ImageNet models are trained on (Szegedy et al. 2015, section 6).
    /// </summary>
    public static Window Random(ImageShape image, Random random)
    {
        const int Attempts = 10;
        const double LeastArea = 0.08, WidestRatio = 4.0 / 3;
        for (int i = 0; i < Attempts; i++)
        {
            double area = (LeastArea + (1 - LeastArea) * random.NextDouble()) * image.Height * image.Width;
            double ratio = Math.Pow(WidestRatio, 2 * random.NextDouble() - 1);
            int height = (int)Math.Round(Math.Sqrt(area / ratio)), width = (int)Math.Round(Math.Sqrt(area * ratio));
            if (height < 1 || width < 1 || height > image.Height || width > image.Width) continue;
            return new Window(random.Next(image.Height - height + 1), random.Next(image.Width - width + 1), height, width);
        }

        // An image so long that hardly a rectangle fits.
        return Central(image);
    }
}
