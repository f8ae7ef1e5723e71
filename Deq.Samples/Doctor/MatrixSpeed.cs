using System.Diagnostics;
using TorchSharp;

namespace Deq.Samples.Doctor;

/// <summary>A matrix product of 512 x 512 floats, timed: the figure behind the BLAS's name.</summary>
internal static class MatrixSpeed
{
    private const long Size = 512;
    private const int Rounds = 7;

    /// <returns>Billions of floating-point operations a second, the best of a few rounds.</returns>
    public static double Measure(torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor a = torch.ones([Size, Size], device: device), b = torch.ones([Size, Size], device: device);
        double best = double.PositiveInfinity;
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using torch.Tensor product = a.matmul(b);
            // The read waits for the device.
            _ = product[0, 0].item<float>();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * Size * Size * Size / best / 1e9;
    }
}
