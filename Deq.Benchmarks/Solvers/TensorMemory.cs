using System.Reflection;
using TorchSharp;

namespace Deq.Benchmarks.Solvers;

/// <summary>What tensors of the CPU hold, counted block by block where torch's allocator gives and takes them: exact, and the same in every run.</summary>
internal static class TensorMemory
{
    // TorchSharp's packages do not count; Deq.LibTorch does, under a name that is no part of TorchSharp's API.
    private static readonly MethodInfo? count = typeof(torch.Tensor).Assembly.GetType("TorchSharp.Interop.NativeMethods")
        ?.GetMethod("deq_tensor_memory", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public);

    public static bool IsCounted => count is not null;

    /// <returns>Bytes held now, of tensors made since the first call, and the most held since the last call.</returns>
    public static unsafe (long Live, long Peak) Read()
    {
        long live, peak;
        count!.Invoke(null, [Pointer.Box(&live, typeof(long*)), Pointer.Box(&peak, typeof(long*))]);
        return (live, peak);
    }
}
