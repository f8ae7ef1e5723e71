using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Mixtures of a few vectors with weights of every row's own, on the CPU: each vector is read once and the mixture written once, where a chain of
/// torch's operators reads and writes the mixture anew for every vector.
/// </summary>
/// <remarks>Every number is the same sum in the same order, whatever the batch, the neighbours or the number of threads.</remarks>
internal static class RowMixture
{
    // Numbers of the mixture at hand, which stay in the nearest cache while the vectors pass.
    private const int Chunk = 1 << 12;

    // Below this a pass takes less than handing parts of it out.
    private const long FewestToShare = 1 << 20;

    /// <summary>sum_j weight_j v_j, B x D.</summary>
    /// <param name="weights">B x n, row by row.</param>
    /// <param name="vectors">B x D each, at least one; n of them, of a kind that <see cref="HostRows"/> serves.</param>
    public static Tensor Of(double[] weights, ReadOnlySpan<Tensor> vectors)
    {
        using var scope = NewDisposeScope();
        var rows = new RowVector[vectors.Length];
        for (var j = 0; j < rows.Length; j++) rows[j] = new(vectors[j].is_contiguous() ? vectors[j] : vectors[j].contiguous(), Slots: 1, Slot: 0);
        var mixture = vectors[0].new_empty(vectors[0].shape);
        Fill(new(mixture, Slots: 1, Slot: 0), weights, rows);
        return mixture.MoveToOuterDisposeScope();
    }

    /// <summary>Writes sum_j weight_j v_j.</summary>
    /// <param name="mixture">Where to; the first of the vectors, or none of them.</param>
    /// <param name="weights">B x n, row by row.</param>
    /// <param name="vectors">At least one; n of them.</param>
    public static void Fill(RowVector mixture, double[] weights, RowVector[] vectors)
    {
        var (batch, size) = ((int)mixture.Tensor.shape[0], (int)mixture.Tensor.shape[^1]);
        if (batch == 0 || size == 0) return;
        if (mixture.Tensor.dtype == ScalarType.Float64) Fill<double>(mixture, weights, vectors, batch, size);
        else Fill<float>(mixture, weights, vectors, batch, size);
        // A span does not keep the memory that it is on.
        GC.KeepAlive(mixture.Tensor);
        GC.KeepAlive(vectors);
    }

    private static void Fill<T>(RowVector mixture, double[] weights, RowVector[] vectors, int batch, int size) where T : struct, INumber<T>
    {
        // Whole rows where they are short, and chunks of one row where it is long.
        var rowsAtOnce = Math.Max(1, Chunk / size);
        int partsOfRow = (size + Chunk - 1) / Chunk, groups = (batch + rowsAtOnce - 1) / rowsAtOnce;
        var parts = partsOfRow * groups;
        var threads = (long)batch * size < FewestToShare ? 1 : get_num_threads();
        if (threads == 1) for (var part = 0; part < parts; part++) FillPart(part);
        else Parallel.For(0, parts, new() { MaxDegreeOfParallelism = threads }, FillPart);

        void FillPart(int part)
        {
            int firstRow = part / partsOfRow * rowsAtOnce, from = part % partsOfRow * Chunk, count = Math.Min(Chunk, size - from);
            var lastRow = Math.Min(firstRow + rowsAtOnce, batch);
            var into = HostRows.Elements<T>(mixture.Tensor);
            int n = vectors.Length, j = 1;
            ReadOnlySpan<T> first = HostRows.Elements<T>(vectors[0].Tensor);
            for (var row = firstRow; row < lastRow; row++) Scale(Weight(row, 0), Part(first, 0, row), Sum(into, row));
            for (; j + 3 < n; j += 4)
            {
                ReadOnlySpan<T> a = HostRows.Elements<T>(vectors[j].Tensor), b = HostRows.Elements<T>(vectors[j + 1].Tensor);
                ReadOnlySpan<T> c = HostRows.Elements<T>(vectors[j + 2].Tensor), d = HostRows.Elements<T>(vectors[j + 3].Tensor);
                for (var row = firstRow; row < lastRow; row++)
                    Add(Weight(row, j), Part(a, j, row), Weight(row, j + 1), Part(b, j + 1, row), Weight(row, j + 2), Part(c, j + 2, row), Weight(row, j + 3), Part(d, j + 3, row), Sum(into, row));
            }
            for (; j < n; j++)
            {
                ReadOnlySpan<T> one = HostRows.Elements<T>(vectors[j].Tensor);
                for (var row = firstRow; row < lastRow; row++) Add(Weight(row, j), Part(one, j, row), Sum(into, row));
            }

            Span<T> Sum(Span<T> elements, int row) => elements.Slice(mixture.Row(row, size) + from, count);
            ReadOnlySpan<T> Part(ReadOnlySpan<T> elements, int vector, int row) => elements.Slice(vectors[vector].Row(row, size) + from, count);
            T Weight(int row, int vector) => T.CreateTruncating(weights[row * n + vector]);
        }
    }

    private static void Scale<T>(T weight, ReadOnlySpan<T> vector, Span<T> sum) where T : struct, INumber<T>
    {
        var vectors = Vectors(vector);
        var sums = MemoryMarshal.Cast<T, Vector<T>>(sum);
        for (var i = 0; i < sums.Length && i < vectors.Length; i++) sums[i] = vectors[i] * weight;
        for (var i = sums.Length * Vector<T>.Count; i < sum.Length; i++) sum[i] = vector[i] * weight;
    }

    private static void Add<T>(T weight, ReadOnlySpan<T> vector, Span<T> sum) where T : struct, INumber<T>
    {
        var vectors = Vectors(vector);
        var sums = MemoryMarshal.Cast<T, Vector<T>>(sum);
        for (var i = 0; i < sums.Length && i < vectors.Length; i++) sums[i] += vectors[i] * weight;
        for (var i = sums.Length * Vector<T>.Count; i < sum.Length; i++) sum[i] += vector[i] * weight;
    }

    // Four at once: the sum is read and written a quarter as often. One after the other all the same, so that nothing depends on how they are grouped.
    private static void Add<T>(T a, ReadOnlySpan<T> va, T b, ReadOnlySpan<T> vb, T c, ReadOnlySpan<T> vc, T d, ReadOnlySpan<T> vd, Span<T> sum) where T : struct, INumber<T>
    {
        ReadOnlySpan<Vector<T>> ofA = Vectors(va), ofB = Vectors(vb), ofC = Vectors(vc), ofD = Vectors(vd);
        var sums = MemoryMarshal.Cast<T, Vector<T>>(sum);
        var whole = Math.Min(Math.Min(ofA.Length, ofB.Length), Math.Min(ofC.Length, ofD.Length));
        for (var i = 0; i < sums.Length && i < whole; i++) sums[i] = sums[i] + ofA[i] * a + ofB[i] * b + ofC[i] * c + ofD[i] * d;
        for (var i = sums.Length * Vector<T>.Count; i < sum.Length; i++) sum[i] = sum[i] + va[i] * a + vb[i] * b + vc[i] * c + vd[i] * d;
    }

    private static ReadOnlySpan<Vector<T>> Vectors<T>(ReadOnlySpan<T> numbers) where T : struct => MemoryMarshal.Cast<T, Vector<T>>(numbers);
}
