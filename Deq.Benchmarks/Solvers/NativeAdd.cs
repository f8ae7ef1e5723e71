using System.Reflection;
using Deq.Benchmarks.Timing;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>The unit of the overhead table: one at::add of four floats in a native loop.</summary>
internal static class NativeAdd
{
    private const int Times = 20_000;

    // TorchSharp's packages have no such loop; Deq.LibTorch has one, under a name that is no part of TorchSharp's API.
    private static readonly MethodInfo? loop = typeof(Tensor).Assembly.GetType("TorchSharp.Interop.NativeMethods")
        ?.GetMethod("deq_seconds_of_add", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public);

    public static string Title => loop is null ? "an add of four floats, called from C# (no native loop here)" : "an at::add of four floats in a native loop";

    public static unsafe double Seconds()
    {
        double inside, start = Clock.Now;
        if (loop is not null)
        {
            loop.Invoke(null, [(long)Times, Pointer.Box(&inside, typeof(double*))]);
        }
        else
        {
            using Tensor a = ones(4), b = ones(4);
            for (int i = 0; i < Times; i++) (a + b).Dispose();
        }

        return (Clock.Now - start) / Times;
    }
}
