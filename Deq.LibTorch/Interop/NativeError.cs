using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Turns what the native side reports into the exception a caller sees.</summary>
internal static unsafe class NativeError
{
    private const int NullArgument = -2, Managed = -3;

    internal static void Check(int code, string operation)
    {
        if (code < 0) Throw(code, operation);
    }

    /// <summary>
    /// An error of libtorch is an <see cref="ExternalException"/>, as in TorchSharp. What managed code threw inside a backward
    /// comes out as the object that was thrown, with the stack that it was thrown from.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Throw(int code, string operation)
    {
        if (code == Managed && NativeMethods.deq_managed_error() is var handle and not 0)
        {
            var original = (Exception)GCHandle.FromIntPtr(handle).Target!;
            NativeMethods.deq_clear_managed_error();
            ExceptionDispatchInfo.Throw(original);
        }

        string message = Marshal.PtrToStringUTF8((nint)NativeMethods.deq_error()) ?? "";
        throw code == NullArgument
            ? new ArgumentNullException(message, $"{operation}: argument '{message}' must be given.")
            : new ExternalException($"{operation}: {message}");
    }
}
