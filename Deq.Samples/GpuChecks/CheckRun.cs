using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.GpuChecks;

/// <summary>Runs checks on the CPU and on a device, and says how far apart they are.</summary>
internal static class CheckRun
{
    /// <returns>How many failed.</returns>
    public static int Of(IReadOnlyList<DeviceCheck> checks, Device device, TextWriter output)
    {
        int failed = 0;
        foreach (DeviceCheck check in checks)
        {
            long start = Stopwatch.GetTimestamp();
            string? trouble;
            double distance = double.NaN;
            try
            {
                using DisposeScope scope = NewDisposeScope();
                distance = Distance(check.Compute(CPU), check.Compute(device));
                trouble = distance <= check.Tolerance ? null : "too far from the CPU's result";
            }
            catch (Exception exception)
            {
                trouble = $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
            }

            if (trouble is not null) failed++;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(trouble is null ? "ok  " : "FAIL")} {check.Name,-60} {distance:0.0e+00} <= {check.Tolerance:0.0e+00} {Stopwatch.GetElapsedTime(start).TotalMilliseconds,7:F0} ms{(trouble is null ? "" : "  " + trouble)}"));
        }

        output.WriteLine($"{checks.Count - failed} passed, {failed} failed");
        return failed;
    }

    /// <summary>The largest distance over the results, relative where the CPU's is not zero; NaN where a result is not finite or of another shape.</summary>
    private static double Distance(Tensor[] expected, Tensor[] got)
    {
        if (expected.Length != got.Length) return double.NaN;
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected[i].shape.SequenceEqual(got[i].shape) || expected[i].dtype != got[i].dtype) return double.NaN;
            Tensor reference = expected[i].detach().to(ScalarType.Float64);
            double length = reference.norm().item<double>();
            double distance = (got[i].detach().cpu().to(ScalarType.Float64) - reference).norm().item<double>();
            distance = length > 0 ? distance / length : distance;
            if (!double.IsFinite(distance)) return double.NaN;
            largest = Math.Max(largest, distance);
        }

        return largest;
    }
}
