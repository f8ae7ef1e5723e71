namespace Deq.Samples.Images;

/// <summary>
/// Bilinear resampling of a window. Where the image shrinks, the filter widens by as much: without that every other pixel of a fine
/// pattern would decide alone.
/// </summary>
internal static class Resampling
{
    /// <param name="image">The image.</param>
    /// <param name="window">The part of it to show.</param>
    /// <param name="height">Height of the result.</param>
    /// <param name="width">Width of the result.</param>
    /// <returns>C x height x width, from 0 to 255.</returns>
    public static float[] Resize(RawImage image, Window window, int height, int width)
    {
        (int channels, int rows, int columns) = image.Shape;
        Tap[] vertical = Taps(window.Top, window.Height, rows, height), horizontal = Taps(window.Left, window.Width, columns, width);
        var result = new float[channels * height * width];
        var line = new float[columns];
        ReadOnlySpan<byte> pixels = image.Pixels.Span;
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<byte> plane = pixels.Slice(channel * rows * columns, rows * columns);
            for (int y = 0; y < height; y++)
            {
                Array.Clear(line);
                for (int k = 0; k < vertical[y].Weights.Length; k++)
                {
                    ReadOnlySpan<byte> row = plane.Slice((vertical[y].First + k) * columns, columns);
                    float weight = vertical[y].Weights[k];
                    for (int x = window.Left; x < window.Left + window.Width; x++) line[x] += weight * row[x];
                }

                for (int x = 0; x < width; x++)
                {
                    float sum = 0;
                    for (int k = 0; k < horizontal[x].Weights.Length; k++) sum += horizontal[x].Weights[k] * line[horizontal[x].First + k];
                    result[(channel * height + y) * width + x] = sum;
                }
            }
        }

        return result;
    }

    /// <summary>The pixels that one pixel of the result is the weighted mean of.</summary>
    private readonly record struct Tap(int First, float[] Weights);

    private static Tap[] Taps(int start, int length, int whole, int results)
    {
        double scale = (double)length / results, reach = Math.Max(1, scale);
        int end = Math.Min(whole, start + length);
        var taps = new Tap[results];
        for (int i = 0; i < results; i++)
        {
            double centre = start + (i + 0.5) * scale;
            int first = Math.Max(start, (int)Math.Floor(centre - reach)), last = Math.Min(end - 1, (int)Math.Ceiling(centre + reach));
            double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(pixel => Math.Max(0, 1 - Math.Abs(pixel + 0.5 - centre) / reach))];
            double sum = weights.Sum();
            taps[i] = new Tap(first, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return taps;
    }
}
