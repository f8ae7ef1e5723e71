using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Deq.Tests.Ground;

/// <summary>What the process holds once the collector has had its say.</summary>
internal static partial class ResidentMemory
{
    /// <summary>
    /// The bytes that native code has allocated and not given back, as glibc counts them; where it does not say, the working set, in which
    /// the collector's own heap breathes by some megabytes.
    /// </summary>
    internal static long Bytes()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        if (OperatingSystem.IsLinux())
        {
            try
            {
                var info = mallinfo2();
                return (long)(info.InUse + info.Mapped);
            }
            catch (EntryPointNotFoundException)
            {
                // Another C library, or a glibc before 2.33.
            }
        }

        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>
    /// The least growth over a number of windows, in bytes. A leak grows in every window; the unrest of allocators and of the collector in
    /// some of them.
    /// </summary>
    public static long LeastGrowth(int windows, Action window)
    {
        var least = long.MaxValue;
        for (var i = 0; i < windows; i++)
        {
            var before = Bytes();
            window();
            least = Math.Min(least, Bytes() - before);
        }

        return least;
    }

    [LibraryImport("libc")]
    private static partial MallocInfo mallinfo2();

    /// <summary>glibc's <c>struct mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena, FreeChunks, FreeFast, MappedChunks, Mapped, MostEver, FreeFastBytes, InUse, Free, Releasable;
    }
}
