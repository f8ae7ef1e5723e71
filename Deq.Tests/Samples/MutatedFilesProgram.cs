using System.Diagnostics;
using System.Globalization;

namespace Deq.Tests.Samples;

/// <summary>
/// The tests' program beside the test host: <c>dotnet exec Deq.Tests.dll mutated-files N SEED</c> reads N mutated files of each format and prints what
/// became of them and the largest memory that was ever resident. In a process of its own, no other test is in that figure, and what native code takes is.
/// </summary>
internal static class MutatedFilesProgram
{
    private const string Command = "mutated-files";

    /// <summary>What the process prints.</summary>
    /// <param name="Files">Files read.</param>
    /// <param name="Refused">Files refused with a clear error; the others gave valid data.</param>
    /// <param name="Peak">Bytes resident at most, runtime and libtorch included.</param>
    public readonly record struct Outcome(int Files, int Refused, long Peak);

    /// <summary>Starts the process and reads what it prints.</summary>
    public static Outcome Start(int mutations, int seed)
    {
        string program = typeof(MutatedFilesProgram).Assembly.Location;
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        using Process process = Process.Start(new ProcessStartInfo(host, ["exec", program, Command, $"{mutations}", $"{seed}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ended with {process.ExitCode}: {error.Result}");
        long[] numbers = [.. output.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return new Outcome((int)numbers[0], (int)numbers[1], numbers[2]);
    }

    private static int Main(string[] arguments)
    {
        if (arguments is not [Command, var count, var seed])
        {
            Console.Error.WriteLine($"usage: Deq.Tests {Command} N SEED; the tests themselves are run by 'dotnet test'");
            return 2;
        }

        int mutations = int.Parse(count, CultureInfo.InvariantCulture), files = 0;
        int refused = MutatedFormat.All.Sum(format => format.Check(mutations, int.Parse(seed, CultureInfo.InvariantCulture), _ => files++));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"{files} {refused} {self.PeakWorkingSet64}");
        return 0;
    }
}
