using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Products of a few rows per sample with its history of vectors, B x n x D. They read the history once and compute little, so they should
/// take what a copy of it takes; OpenBLAS needs help for that.
/// </summary>
/// <remarks>
/// OpenBLAS has kernels for small matrices, which run at the speed of memory. Beyond a million multiplications it packs both operands
/// first, ten times slower for a product so thin. So on the CPU a product is made of parts that are small. Parts depend on n and D
/// alone, never on the batch.
/// </remarks>
internal static class RowProducts
{
    private const long Small = 1_000_000;

    // Of a mixture, more vectors at once are slower in the small kernels; with fewer the partial sums would cost more than the vectors.
    private const int FewestMixed = 4, MostMixed = 16;

    /// <summary>The dot products of the rows with the vectors, B x k x n.</summary>
    /// <param name="rows">B x k x D.</param>
    /// <param name="vectors">B x n x D.</param>
    public static Tensor Dots(Tensor rows, Tensor vectors)
    {
        // V^T in the right operand: with OpenBLAS five times faster than the other way round.
        var across = vectors.transpose(1, 2);
        long size = rows.shape[2], wide = Math.Max(1, Small / Math.Max(1, rows.shape[1] * vectors.shape[1]));
        if (size <= wide || rows.device_type != DeviceType.CPU) return bmm(rows, across);
        var sum = bmm(rows.narrow(2, 0, wide), across.narrow(1, 0, wide));
        for (var first = wide; first < size; first += wide)
        {
            var width = Math.Min(wide, size - first);
            sum.add_(bmm(rows.narrow(2, first, width), across.narrow(1, first, width)));
        }
        return sum;
    }

    /// <summary>sum_j weight_j v_j, B x D.</summary>
    /// <param name="weights">B x 1 x n.</param>
    /// <param name="vectors">B x n x D.</param>
    public static Tensor Mix(Tensor weights, Tensor vectors)
    {
        long count = vectors.shape[1], most = Math.Clamp(Small / Math.Max(1, vectors.shape[2]), FewestMixed, MostMixed);
        if (count <= most || vectors.device_type != DeviceType.CPU) return bmm(weights, vectors).squeeze(1);
        var sum = bmm(weights.narrow(2, 0, most), vectors.narrow(1, 0, most));
        for (var first = most; first < count; first += most)
        {
            var n = Math.Min(most, count - first);
            using var before = sum;
            sum = before.baddbmm(weights.narrow(2, first, n), vectors.narrow(1, first, n));
        }
        return sum.squeeze(1);
    }
}
