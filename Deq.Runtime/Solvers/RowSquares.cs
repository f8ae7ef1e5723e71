using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// ||f(z) - z||^2 and ||f(z)||^2 of every row, and f(z) - z where it is wanted, on the CPU: both vectors are read once, where torch's operators read and
/// write six, and the numbers are on the host with no tensor of their own.
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
    /// <param name="residual">Where f(z) - z is kept; null for nowhere.</param>
    public static Measurements OfResidual(Tensor z, Tensor image, RowVector? residual = null)
    {
        var shape = image.shape;
        var (batch, size) = ((int)shape[0], (int)shape[1]);
        var squares = new double[2 * batch];
        if (squares.Length > 0 && size > 0)
        {
            if (!z.is_contiguous()) z = z.contiguous();
            if (!image.is_contiguous()) image = image.contiguous();
            if (image.dtype == ScalarType.Float64) Add<double>(z, image, residual, size, squares, OfSpan);
            else Add<float>(z, image, residual, size, squares, OfSpan);
            // A span does not keep the memory that it is on.
            GC.KeepAlive(z);
            GC.KeepAlive(image);
            GC.KeepAlive(residual?.Tensor);
        }
        return Measurements.Of(squares, columns: 2);
    }

    private delegate (double Residual, double Image) Squares<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> image, Span<T> residual);

    private static void Add<T>(Tensor z, Tensor image, RowVector? residual, int size, double[] sums, Squares<T> squares) where T : struct
    {
        int spans = (size + Span - 1) / Span, parts = spans * (sums.Length / 2);
        var threads = (long)parts * Math.Min(size, Span) < FewestToShare ? 1 : get_num_threads();
        if (threads == 1)
        {
            Span<T> points = HostRows.Elements<T>(z), images = HostRows.Elements<T>(image), residuals = Residuals();
            for (var part = 0; part < parts; part++) Take(part, OfPart(part, points, images, residuals));
            return;
        }
        var found = new (double, double)[parts];
        Parallel.For(0, parts, new() { MaxDegreeOfParallelism = threads }, part => found[part] = OfPart(part, HostRows.Elements<T>(z), HostRows.Elements<T>(image), Residuals()));
        for (var part = 0; part < parts; part++) Take(part, found[part]);

        Span<T> Residuals() => residual is { } kept ? HostRows.Elements<T>(kept.Tensor) : default;

        (double, double) OfPart(int part, ReadOnlySpan<T> points, ReadOnlySpan<T> images, Span<T> residuals)
        {
            int row = part / spans, from = part % spans * Span, first = row * size + from, count = Math.Min(Span, size - from);
            return squares(points.Slice(first, count), images.Slice(first, count), residual is { } kept ? residuals.Slice(kept.Row(row, size) + from, count) : default);
        }

        void Take(int part, (double Residual, double Image) own)
        {
            var row = part / spans;
            sums[2 * row] += own.Residual;
            sums[2 * row + 1] += own.Image;
        }
    }

    private static (double, double) OfSpan(ReadOnlySpan<float> z, ReadOnlySpan<float> image, Span<float> residual)
    {
        ReadOnlySpan<Vector<float>> points = MemoryMarshal.Cast<float, Vector<float>>(z), images = MemoryMarshal.Cast<float, Vector<float>>(image);
        var kept = MemoryMarshal.Cast<float, Vector<float>>(residual);
        Vector<double> residuals = default, squares = default;
        for (var first = 0; first < images.Length; first += Block)
        {
            var count = Math.Min(Block, images.Length - first);
            var (g, f) = OfVectors(points.Slice(first, count), images.Slice(first, count), kept.IsEmpty ? default : kept.Slice(first, count));
            residuals += Widened(g);
            squares += Widened(f);
        }
        return OfRest(images.Length * Vector<float>.Count, z, image, residual, (Vector.Sum(residuals), Vector.Sum(squares)));
    }

    private static (double, double) OfSpan(ReadOnlySpan<double> z, ReadOnlySpan<double> image, Span<double> residual)
    {
        var images = MemoryMarshal.Cast<double, Vector<double>>(image);
        var (g, f) = OfVectors(MemoryMarshal.Cast<double, Vector<double>>(z), images, MemoryMarshal.Cast<double, Vector<double>>(residual));
        return OfRest(images.Length * Vector<double>.Count, z, image, residual, (Vector.Sum(g), Vector.Sum(f)));
    }

    private static (Vector<T> Residual, Vector<T> Image) OfVectors<T>(ReadOnlySpan<Vector<T>> points, ReadOnlySpan<Vector<T>> images, Span<Vector<T>> kept) where T : struct, INumber<T>
    {
        // Two sums of each, so that an addition need not wait for the one before it.
        Vector<T> residual = default, residualToo = default, square = default, squareToo = default;
        var pairs = Math.Min(images.Length, points.Length) & ~1;
        for (var i = 0; i < pairs; i += 2)
        {
            Vector<T> value = images[i], next = images[i + 1];
            square = MultiplyAdd(value, value, square);
            squareToo = MultiplyAdd(next, next, squareToo);
            value -= points[i];
            next -= points[i + 1];
            residual = MultiplyAdd(value, value, residual);
            residualToo = MultiplyAdd(next, next, residualToo);
            if (kept.IsEmpty) continue;
            kept[i] = value;
            kept[i + 1] = next;
        }
        if (pairs < images.Length)
        {
            var value = images[pairs];
            square = MultiplyAdd(value, value, square);
            value -= points[pairs];
            residual = MultiplyAdd(value, value, residual);
            if (!kept.IsEmpty) kept[pairs] = value;
        }
        return (residual + residualToo, square + squareToo);
    }

    private static Vector<T> MultiplyAdd<T>(Vector<T> a, Vector<T> b, Vector<T> c) where T : struct =>
        typeof(T) == typeof(float) ? Vector.MultiplyAddEstimate(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector.MultiplyAddEstimate(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

    /// <summary>Adds the few numbers at the end that fill no vector.</summary>
    private static (double, double) OfRest<T>(int from, ReadOnlySpan<T> z, ReadOnlySpan<T> image, Span<T> residual, (double Residual, double Image) sums) where T : struct, INumber<T>
    {
        for (var i = from; i < image.Length; i++)
        {
            var difference = image[i] - z[i];
            if (!residual.IsEmpty) residual[i] = difference;
            double value = double.CreateTruncating(image[i]), wide = double.CreateTruncating(difference);
            sums.Residual += wide * wide;
            sums.Image += value * value;
        }
        return sums;
    }

    private static Vector<double> Widened(Vector<float> sums)
    {
        Vector.Widen(sums, out var low, out var high);
        return low + high;
    }
}
