using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Deq.Samples.Evidence;

/// <summary>
/// The peak of a step's memory, measured in a process of its own by the kernel's high-water mark of what is resident. The C library is told
/// to give every freed block back at once, so that what is resident is alive.
/// </summary>
internal static class PeakMemory
{
    /// <summary>The hidden command of the child.</summary>
    public const string Command = "peak-memory";

    private const int WarmUps = 2;

    /// <summary>Whether this system tells a peak of memory.</summary>
    public static bool CanMeasure => OperatingSystem.IsLinux() && File.Exists(Marks);

    private const string Marks = "/proc/self/clear_refs";

    /// <returns>MB above what the process holds between steps, as many figures as the child measures.</returns>
    /// <exception cref="SampleException">This system does not tell.</exception>
    public static double[] Of(params string[] arguments)
    {
        if (!CanMeasure) throw new SampleException($"peak memory is measured by {Marks}, which this system does not have: it needs Linux");
        string program = Path.ChangeExtension(typeof(PeakMemory).Assembly.Location, ".dll");
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host, ["exec", program, Command, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string threads in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" }) start.Environment[threads] = "1";
        foreach (string threshold in new[] { "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_" }) start.Environment[threshold] = "65536";
        using Process process = Process.Start(start)!;
        // Warnings of a solve that is made to take its whole limit; they matter where the child fails.
        var errors = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))]
            : throw new SampleException($"the process that measures the memory of '{string.Join(' ', arguments)}' ended with {process.ExitCode}: {errors.ToString().Trim()}");
    }

    /// <summary>In the child: the peak while <paramref name="step"/> runs, after it has run before.</summary>
    public static double While(Action step)
    {
        for (int i = 0; i < WarmUps; i++) step();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _ = malloc_trim(0);
        double idle = Status("VmRSS:");
        // 5 sets the high-water mark back to what is resident now.
        File.WriteAllText(Marks, "5");
        step();
        return Status("VmHWM:") - idle;
    }

    [DllImport("libc")]
    private static extern int malloc_trim(nuint pad);

    private static double Status(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
