using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Products of a few rows per sample with vectors, B x n x D. They read the vectors once and compute little, so they should take what a copy of
/// the vectors takes; OpenBLAS needs help for that.
/// </summary>
/// <remarks>
/// OpenBLAS has kernels for small matrices, which run at the speed of memory. Beyond a million multiplications it packs both operands
/// first, ten times slower for a product so thin. So on the CPU a product is made of parts that are small. They depend on shapes
/// alone, never on a value or a neighbour.
/// </remarks>
internal static class RowProducts
{
    private const long Small = 1_000_000;

    // A mixture slows down earlier, but with fewer vectors at once its partial sums would cost more than the vectors.
    private const long SmallMixture = 400_000;
    private const int FewestMixed = 4;

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
    public static Tensor Mix(Tensor weights, Tensor vectors) => Mix(weights, [vectors]);

    /// <summary>sum_j weight_j v_j, B x D.</summary>
    /// <param name="weights">B x 1 x n.</param>
    /// <param name="parts">The vectors, n in all, in parts of B x ... x D.</param>
    public static Tensor Mix(Tensor weights, IEnumerable<Tensor> parts)
    {
        Tensor? sum = null;
        var first = 0L;
        foreach (var part in parts)
        {
            long count = part.shape[1];
            var most = part.device_type == DeviceType.CPU ? Math.Max(FewestMixed, SmallMixture / Math.Max(1, part.shape[2])) : count;
            for (long from = 0, n; from < count; from += n)
            {
                n = Math.Min(most, count - from);
                var (own, vectors) = (weights.narrow(2, first + from, n), part.narrow(1, from, n));
                using var before = sum;
                sum = before is null ? bmm(own, vectors) : before.baddbmm(own, vectors);
            }
            first += count;
        }
        return sum!.squeeze(1);
    }
}
