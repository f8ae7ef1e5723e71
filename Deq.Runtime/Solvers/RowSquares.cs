using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// ||f(z) - z||^2 and ||f(z)||^2 of every row, on the CPU: both vectors are read once, where torch's operators read and write six, and the numbers
/// are on the host with no tensor of their own.
/// </summary>
/// <remarks>
/// A few squares at a time are added up in the rows' type, at the speed of memory, and these sums in double. A row is added up in spans of one length,
/// each on its own and then one after the other: the sum depends on the row alone, not on its neighbours, the batch or the number of threads.
/// </remarks>
internal static class RowSquares
{
    private const int Span = 1 << 16;

    // Vectors whose squares are added up in float32: of so few terms a sum is as good as one square.
    private const int Block = 32;

    // Below this a pass takes less than handing parts of it out.
    private const long FewestToShare = 1 << 20;

    /// <summary>Per sample ||f(z) - z||^2 and ||f(z)||^2.</summary>
    /// <param name="z">B x D, of a kind that is served.</param>
    /// <param name="image">f(z), likewise.</param>
    public static Measurements OfResidual(Tensor z, Tensor image)
    {
        var shape = image.shape;
        var (batch, size) = ((int)shape[0], (int)shape[1]);
        var squares = new double[2 * batch];
        if (squares.Length > 0 && size > 0)
        {
            if (!z.is_contiguous()) z = z.contiguous();
            if (!image.is_contiguous()) image = image.contiguous();
            if (image.dtype == ScalarType.Float64) Add<double>(z, image, size, squares, OfSpan);
            else Add<float>(z, image, size, squares, OfSpan);
            // A span does not keep the memory that it is on.
            GC.KeepAlive(z);
            GC.KeepAlive(image);
        }
        return Measurements.Of(squares, columns: 2);
    }

    private delegate (double Residual, double Image) Squares<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> image);

    private static void Add<T>(Tensor z, Tensor image, int size, double[] sums, Squares<T> squares) where T : struct
    {
        int spans = (size + Span - 1) / Span, parts = spans * (sums.Length / 2);
        var threads = (long)parts * Math.Min(size, Span) < FewestToShare ? 1 : get_num_threads();
        if (threads == 1)
        {
            ReadOnlySpan<T> points = HostRows.Elements<T>(z), images = HostRows.Elements<T>(image);
            for (var part = 0; part < parts; part++) Take(part, OfPart(part, points, images));
            return;
        }
        var found = new (double, double)[parts];
        Parallel.For(0, parts, new() { MaxDegreeOfParallelism = threads }, part => found[part] = OfPart(part, HostRows.Elements<T>(z), HostRows.Elements<T>(image)));
        for (var part = 0; part < parts; part++) Take(part, found[part]);

        (double, double) OfPart(int part, ReadOnlySpan<T> points, ReadOnlySpan<T> images)
        {
            int from = part % spans * Span, first = part / spans * size + from, count = Math.Min(Span, size - from);
            return squares(points.Slice(first, count), images.Slice(first, count));
        }

        void Take(int part, (double Residual, double Image) own)
        {
            var row = part / spans;
            sums[2 * row] += own.Residual;
            sums[2 * row + 1] += own.Image;
        }
    }

    private static (double, double) OfSpan(ReadOnlySpan<float> z, ReadOnlySpan<float> image)
    {
        ReadOnlySpan<Vector<float>> points = MemoryMarshal.Cast<float, Vector<float>>(z), images = MemoryMarshal.Cast<float, Vector<float>>(image);
        Vector<double> residual = default, square = default;
        for (var first = 0; first < images.Length; first += Block)
        {
            var count = Math.Min(Block, images.Length - first);
            var (g, f) = OfBlock(points.Slice(first, count), images.Slice(first, count));
            residual += Widened(g);
            square += Widened(f);
        }
        var (gs, fs) = (Vector.Sum(residual), Vector.Sum(square));
        for (var i = images.Length * Vector<float>.Count; i < image.Length; i++)
        {
            double value = image[i], difference = value - z[i];
            gs += difference * difference;
            fs += value * value;
        }
        return (gs, fs);
    }

    private static (Vector<float>, Vector<float>) OfBlock(ReadOnlySpan<Vector<float>> points, ReadOnlySpan<Vector<float>> images)
    {
        // Two sums of each, so that an addition need not wait for the one before it.
        Vector<float> residual = default, residualToo = default, square = default, squareToo = default;
        var pairs = Math.Min(images.Length, points.Length) & ~1;
        for (var i = 0; i < pairs; i += 2)
        {
            Vector<float> value = images[i], next = images[i + 1];
            square = Vector.MultiplyAddEstimate(value, value, square);
            squareToo = Vector.MultiplyAddEstimate(next, next, squareToo);
            value -= points[i];
            next -= points[i + 1];
            residual = Vector.MultiplyAddEstimate(value, value, residual);
            residualToo = Vector.MultiplyAddEstimate(next, next, residualToo);
        }
        if (pairs < images.Length)
        {
            var value = images[pairs];
            square = Vector.MultiplyAddEstimate(value, value, square);
            value -= points[pairs];
            residual = Vector.MultiplyAddEstimate(value, value, residual);
        }
        return (residual + residualToo, square + squareToo);
    }

    private static Vector<double> Widened(Vector<float> sums)
    {
        Vector.Widen(sums, out var low, out var high);
        return low + high;
    }

    private static (double, double) OfSpan(ReadOnlySpan<double> z, ReadOnlySpan<double> image)
    {
        ReadOnlySpan<Vector<double>> points = MemoryMarshal.Cast<double, Vector<double>>(z), images = MemoryMarshal.Cast<double, Vector<double>>(image);
        Vector<double> residual = default, residualToo = default, square = default, squareToo = default;
        var pairs = Math.Min(images.Length, points.Length) & ~1;
        for (var i = 0; i < pairs; i += 2)
        {
            Vector<double> value = images[i], next = images[i + 1];
            square = Vector.MultiplyAddEstimate(value, value, square);
            squareToo = Vector.MultiplyAddEstimate(next, next, squareToo);
            value -= points[i];
            next -= points[i + 1];
            residual = Vector.MultiplyAddEstimate(value, value, residual);
            residualToo = Vector.MultiplyAddEstimate(next, next, residualToo);
        }
        var (g, f) = (Vector.Sum(residual + residualToo), Vector.Sum(square + squareToo));
        for (var i = pairs * Vector<double>.Count; i < image.Length; i++)
        {
            double value = image[i], difference = value - z[i];
            g += difference * difference;
            f += value * value;
        }
        return (g, f);
    }
}
