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
            for (var j = 0; j < vectors.Length; j++)
            {
                var vector = vectors[j];
                ReadOnlySpan<T> elements = HostRows.Elements<T>(vector.Tensor);
                for (var row = firstRow; row < lastRow; row++)
                    Add(T.CreateTruncating(weights[row * vectors.Length + j]), elements.Slice(vector.Row(row, size) + from, count), into.Slice(mixture.Row(row, size) + from, count), isFirst: j == 0);
            }
        }
    }

    private static void Add<T>(T weight, ReadOnlySpan<T> vector, Span<T> sum, bool isFirst) where T : struct, INumber<T>
    {
        var numbers = MemoryMarshal.Cast<T, Vector<T>>(vector);
        var sums = MemoryMarshal.Cast<T, Vector<T>>(sum);
        var weights = new Vector<T>(weight);
        if (isFirst) for (var i = 0; i < numbers.Length && i < sums.Length; i++) sums[i] = numbers[i] * weights;
        else for (var i = 0; i < numbers.Length && i < sums.Length; i++) sums[i] += numbers[i] * weights;
        for (var i = numbers.Length * Vector<T>.Count; i < vector.Length; i++) sum[i] = isFirst ? vector[i] * weight : sum[i] + vector[i] * weight;
    }
}
