using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Deq.Solvers;
using TorchSharp;

namespace Deq.Benchmarks.Solvers;

/// <summary>
/// The peak of a step's resident memory, taken in a process of its own: after one step to warm up, the kernel's high-water mark is set
/// back, the step is run once more, and the mark is read. glibc is told to give freed blocks back at once, so that what is resident is alive.
/// </summary>
internal static class PeakMemory
{
    public const string Command = "peak-memory";
    private const int WarmUpSteps = 2;

    /// <returns>Megabytes above what the process holds between steps; NaN where the system has no such mark.</returns>
    public static double Of(string cell, string method, int evaluations, bool small)
    {
        if (!OperatingSystem.IsLinux()) return double.NaN;
        var start = new ProcessStartInfo("dotnet", [typeof(PeakMemory).Assembly.Location, Command, cell, method, $"{evaluations}", $"{small}"]) { RedirectStandardOutput = true };
        foreach (string threads in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" }) start.Environment[threads] = "1";
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "65536";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "65536";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(answer, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The process that measures the memory of {cell}, {method}, ended with {process.ExitCode}.");
    }

    public static int RunChild(string[] arguments, TextWriter output)
    {
        torch.set_num_threads(1);
        BenchmarkCell cell = BenchmarkCell.Create(arguments[0], small: bool.Parse(arguments[3]));
        int evaluations = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        Action step = arguments[1] switch
        {
            "floor" => () => cell.Floor(evaluations, evaluations),
            "unrolled" => () => cell.Step(StepTable.Unrolled(evaluations)),
            "anderson" => () => cell.Step(Limited(new Anderson(), evaluations)),
            "broyden" => () => cell.Step(Limited(new Broyden(), evaluations)),
            "broyden-6" => () => cell.Step(Limited(new Broyden { Memory = 6 }, evaluations)),
            _ => throw new ArgumentException($"there is no method '{arguments[1]}'", nameof(arguments)),
        };
        for (int i = 0; i < WarmUpSteps; i++) step();
        cell.ClearGradients();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _ = malloc_trim(0);
        long idle = Status("VmRSS:");
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine("NaN");
            return 0;
        }

        step();
        output.WriteLine(((Status("VmHWM:") - idle) / 1e3 * 1.024).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static EquilibriumOptions Limited(FixedPointSolver solver, int evaluations) =>
        StepTable.Of(solver) with { MaxEvaluations = evaluations, BackwardMaxEvaluations = evaluations };

    [DllImport("libc")]
    private static extern int malloc_trim(nuint pad);

    // In kB.
    private static long Status(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
