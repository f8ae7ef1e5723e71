using System.Diagnostics;

namespace Deq.Benchmarks.Timing;

/// <summary>Loops of this process.</summary>
/// <param name="loops">By name: runs the body so many times.</param>
internal sealed class InProcess(IReadOnlyDictionary<string, Action<int>> loops) : IContender
{
    public string Name => "Deq";

    public bool Has(string benchmark) => loops.ContainsKey(benchmark);

    public double Run(string benchmark, int iterations)
    {
        Action<int> loop = loops[benchmark];
        long start = Stopwatch.GetTimestamp();
        loop(iterations);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
    }
}
