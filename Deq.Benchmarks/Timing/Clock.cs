using System.Diagnostics;

namespace Deq.Benchmarks.Timing;

/// <summary>
/// What times are taken with: the wall's clock, or the processor time of this process, which leaves out the turns that other processes had
/// (not what they did to caches and frequency).
/// </summary>
internal static class Clock
{
    private static readonly double SecondsOfATick = 1.0 / Stopwatch.Frequency;

    public static bool CountsProcessorTime { get; set; }

    /// <summary>Seconds since some moment.</summary>
    public static double Now => CountsProcessorTime ? Environment.CpuUsage.TotalTime.TotalSeconds : Stopwatch.GetTimestamp() * SecondsOfATick;
}
