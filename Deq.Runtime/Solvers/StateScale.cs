using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// The size of states whose squares leave the range of their type: in float32 those below 1e-23 vanish and those beyond 1e19 overflow, and with them every
/// norm and dot product that a solver decides by. Such samples are solved divided by a power of two near their size, which changes no digit.
/// </summary>
internal static class StateScale
{
    // Far enough from the ends that residuals down to the type's rounding are in range too.
    private const double NarrowRange = 1e10, WideRange = 1e100;

    // 2^100 and its inverse are float32 numbers.
    private const int MostExponent = 100;

    /// <summary>A power of two per sample, one for most; null where all are one.</summary>
    /// <param name="z">z_0, B x D.</param>
    /// <param name="image">f(z_0), B x D.</param>
    public static double[]? Of(Tensor z, Tensor image)
    {
        if (z.shape[1] == 0) return null;
        using var scope = NewDisposeScope();
        var range = z.dtype == ScalarType.Float64 ? WideRange : NarrowRange;
        double[] ofPoint = HostRows.Largest(z), ofImage = HostRows.Largest(image);
        var scales = new double[z.shape[0]];
        for (var b = 0; b < scales.Length; b++)
        {
            var size = Math.Max(ofPoint[b], ofImage[b]);
            var outside = size < 1 / range || size > range;
            scales[b] = outside && size > 0 && double.IsFinite(size) ? Math.ScaleB(1, Math.Clamp(Math.ILogB(size), -MostExponent, MostExponent)) : 1;
        }
        return scales.All(s => s == 1) ? null : scales;
    }
}
