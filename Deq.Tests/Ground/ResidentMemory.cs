using System.Diagnostics;

namespace Deq.Tests.Ground;

/// <summary>What the process holds once the collector has had its say.</summary>
internal static class ResidentMemory
{
    internal static long Bytes()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
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
}
