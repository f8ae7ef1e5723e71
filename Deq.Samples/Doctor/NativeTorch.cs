using System.Runtime.InteropServices;

namespace Deq.Samples.Doctor;

/// <summary>The native half of torch, which may be missing on a machine whose managed half is all there.</summary>
internal static class NativeTorch
{
    /// <summary>What the loader says where an exception means that torch's native half cannot be loaded; null where it means something else.</summary>
    /// <remarks>The first use of torch may stand in a static initializer, which wraps what it throws.</remarks>
    public static string? WhyItCannotBeLoaded(Exception exception)
    {
        while (exception is TypeInitializationException { InnerException: { } inner }) exception = inner;
        return exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException ? exception.Message : null;
    }
}
