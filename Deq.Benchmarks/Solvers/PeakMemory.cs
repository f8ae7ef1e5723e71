using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Deq.Solvers;
using TorchSharp;

namespace Deq.Benchmarks.Solvers;

/// <summary>
/// The peak of a step's memory above what is held between steps, in a process of its own: the bytes of tensors, counted where torch's
/// allocator gives and takes them, and beside them the kernel's high-water mark of resident memory, set back after a few steps to warm up.
/// glibc is told to return freed blocks at once, so that what is resident is alive.
/// </summary>
/// <param name="Tensors">Megabytes; null where the ground has no such count.</param>
/// <param name="Resident">Megabytes; null where the system has no such mark.</param>
internal sealed record PeakMemory(double? Tensors, double? Resident)
{
    public const string Command = "peak-memory";
    private const int WarmUpSteps = 3;
    private const string None = "-";

    public static PeakMemory Of(string cell, string method, int evaluations, bool small)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PeakMemory).Assembly.Location, Command, cell, method, $"{evaluations}", $"{small}"]) { RedirectStandardOutput = true };
        foreach (string threads in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" }) start.Environment[threads] = "1";
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "65536";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "65536";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 && answer.Split() is [var tensors, var resident, ..]
            ? new(Megabytes(tensors), Megabytes(resident))
            : throw new InvalidOperationException($"The process that measures the memory of {cell}, {method}, ended with {process.ExitCode}.");
    }

    public static int RunChild(string[] arguments, TextWriter output)
    {
        torch.set_num_threads(1);
        if (TensorMemory.IsCounted) TensorMemory.Read();
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
        double? idle = OperatingSystem.IsLinux() ? SetBackTheMark() : null;
        long held = TensorMemory.IsCounted ? TensorMemory.Read().Live : 0;
        step();
        double? tensors = TensorMemory.IsCounted ? (TensorMemory.Read().Peak - held) / 1e6 : null;
        output.WriteLine($"{Text(tensors)} {Text(idle is { } before ? Status("VmHWM:") - before : null)}");
        return 0;
    }

    private static EquilibriumOptions Limited(FixedPointSolver solver, int evaluations) =>
        StepTable.Of(solver) with { MaxEvaluations = evaluations, BackwardMaxEvaluations = evaluations };

    /// <summary>Sets the high-water mark back to what is resident, in megabytes; null where the kernel does not let it.</summary>
    private static double? SetBackTheMark()
    {
        _ = malloc_trim(0);
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return Status("VmRSS:");
    }

    [DllImport("libc")]
    private static extern int malloc_trim(nuint pad);

    private static double Status(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    private static string Text(double? megabytes) => megabytes?.ToString(CultureInfo.InvariantCulture) ?? None;

    private static double? Megabytes(string text) => text == None ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
