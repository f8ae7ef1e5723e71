using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The version of libtorch that this runs on.</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)NativeMethods.deq_version())!;

    public static int get_num_threads() => NativeMethods.deq_num_threads();
    public static void set_num_threads(int num) => NativeError.Check(NativeMethods.deq_set_num_threads(num), "set_num_threads");
    public static int get_num_interop_threads() => NativeMethods.deq_num_interop_threads();
    public static void set_num_interop_threads(int num) => NativeError.Check(NativeMethods.deq_set_num_interop_threads(num), "set_num_interop_threads");

    public static ScalarType get_default_dtype() => (ScalarType)NativeMethods.deq_default_dtype();
    public static void set_default_dtype(ScalarType dtype) => NativeError.Check(NativeMethods.deq_set_default_dtype((int)dtype), "set_default_dtype");
}
