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
}
