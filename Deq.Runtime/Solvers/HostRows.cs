using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>Rows whose memory managed code reads itself, where torch has no operator that does the same at the speed of memory.</summary>
internal static class HostRows
{
    /// <summary>Whether rows of this kind can be read here; it depends on shape, type and device alone.</summary>
    /// <param name="rows">B x D, or B x n x D.</param>
    public static bool Serves(Tensor rows) =>
        rows.device_type == DeviceType.CPU && rows.dtype is ScalarType.Float32 or ScalarType.Float64 && rows.numel() * rows.dtype.ElementSize() <= int.MaxValue;

    /// <summary>The numbers of a contiguous tensor, which must outlive their use.</summary>
    public static Span<T> Elements<T>(Tensor contiguous) where T : struct => MemoryMarshal.Cast<byte, T>(contiguous.bytes);

    /// <summary>max |z| of every row, on the host; NaN where one of its numbers is.</summary>
    /// <param name="rows">B x D, D at least 1.</param>
    public static double[] Largest(Tensor rows)
    {
        // libtorch's infinity norm takes as long as twenty copies.
        if (!Serves(rows)) return rows.abs().amax([1]).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        using var contiguous = rows.contiguous();
        var largest = rows.dtype == ScalarType.Float64 ? Largest<double>(contiguous) : Largest<float>(contiguous);
        GC.KeepAlive(contiguous);
        return largest;
    }

    private static double[] Largest<T>(Tensor rows) where T : struct, INumber<T>
    {
        var elements = Elements<T>(rows);
        var size = (int)rows.shape[1];
        var largest = new double[rows.shape[0]];
        for (var b = 0; b < largest.Length; b++)
        {
            var row = elements.Slice(b * size, size);
            var vectors = MemoryMarshal.Cast<T, Vector<T>>(row);
            Vector<T> most = default;
            foreach (var vector in vectors) most = Vector.Max(most, Vector.Abs(vector));
            var found = T.Zero;
            for (var i = 0; i < Vector<T>.Count; i++) found = T.Max(found, most[i]);
            foreach (var value in row[(vectors.Length * Vector<T>.Count)..]) found = T.Max(found, T.Abs(value));
            largest[b] = double.CreateChecked(found);
        }
        return largest;
    }
}
