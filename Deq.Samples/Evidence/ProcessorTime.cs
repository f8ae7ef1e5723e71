using System.Globalization;

namespace Deq.Samples.Evidence;

/// <summary>Processor time of this process and of those it started that have ended.</summary>
internal static class ProcessorTime
{
    /// <summary>Ticks of the kernel's clock, whatever its own: Linux promises a hundred a second to programs.</summary>
    private const double TicksPerSecond = 100;

    public static TimeSpan Now => Environment.CpuUsage.TotalTime + Children();

    private static TimeSpan Children()
    {
        const string file = "/proc/self/stat";
        if (!File.Exists(file)) return TimeSpan.Zero;
        string text = File.ReadAllText(file);
        // The program's name in parentheses may hold spaces; cutime and cstime are the 14th and 15th field after it.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[13]) + Number(fields[14])) / TicksPerSecond);

        static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
    }
}
