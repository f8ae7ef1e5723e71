using System.Diagnostics;
using System.Globalization;
using Deq.Samples.Doctor;
using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>What stands below every section: the command that makes it again, where and when it was made, and how long that took.</summary>
internal static class Colophon
{
    public static string Of(IEvidence evidence, EvidenceRun run)
    {
        string command = $"./deq evidence {evidence.Name} --seed {run.Seed}{(run.Smoke ? " --smoke" : "")}";
        string busy = run.Kept.Wall > TimeSpan.Zero && run.Kept.Processor < 0.7 * run.Kept.Wall ? "; other work ran beside it" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"`{command}`; {Machine()}; {run.Kept.Made:d MMMM yyyy}; {Format.Duration(run.Kept.Wall)}, of processors {Format.Duration(run.Kept.Processor)}{busy}.{(run.Smoke ? " Smoke size: shows that the command works, and nothing else." : "")}");
    }

    private static string Machine()
    {
        using var process = Process.GetCurrentProcess();
        Surroundings here = Surroundings.Of(process, Environment.GetEnvironmentVariable);
        string processor = Processor() is { } name ? $" ({name})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{here.Cores} core{(here.Cores == 1 ? "" : "s")}{processor}, {here.Threads} thread{(here.Threads == 1 ? "" : "s")}, libtorch {here.Version}, {here.Blas.Name}, .NET {Environment.Version}");
    }

    private static string? Processor()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file)) return null;
        return File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
    }
}
