using System.Diagnostics;
using System.Globalization;
using Deq.Benchmarks;

namespace Deq.Tests.Benchmarks;

public class SolverSuiteTests
{
    [Fact]
    public void Smoke_PrintsEveryRowWithItsFigures()
    {
        string[] rows = [.. Run("solvers", "--smoke", out var code).Split('\n').Where(line => line.StartsWith('|'))];
        Assert.Equal(0, code);
        string[] steps = ["floor", "one evaluation of the cell", "floor + penalty, M 1", "Anderson", "Anderson + penalty, M 1", "Broyden", "Broyden + penalty, M 1", "Anderson, GMRES adjoint", "unrolled, back-propagated"];
        string[] memory = ["floor", "unrolled, 12", "Anderson, 12", "Broyden, 12", "Anderson, 8", "Anderson, 128", "Broyden (6), 8", "Broyden (6), 128"];
        string[] overhead = ["Picard", "Anderson, m 6", "Broyden"];
        string[] expected =
        [
            .. from cell in new[] { "transformer", "conv" } from row in steps select $"{cell}: {row}",
            "the unit",
            .. overhead.Select(solver => $"{solver}, 32 x 64"),
            .. overhead.Select(solver => $"{solver}, 8 x 256"),
            .. from cell in new[] { "transformer", "conv" } from row in memory select $"{cell}: {row}",
        ];
        foreach (var title in expected)
            Assert.Contains(rows, row => Cells(row) is [var first, var figure, ..] && first == title && (IsPositive(figure) || figure == "not here"));
        foreach (var cell in new[] { "transformer", "conv" })
            foreach (var error in new[] { "1e-3", "1e-6" })
                Assert.Equal(2, rows.Count(row => Cells(row)[0].StartsWith($"{cell}, rho", StringComparison.Ordinal) && Cells(row)[0].EndsWith(error, StringComparison.Ordinal)));
        Assert.DoesNotContain(rows, row => row.Contains("NaN", StringComparison.Ordinal));
    }

    [Fact]
    public void UnknownSuite_IsRefusedWithTheOnesThereAre()
    {
        Run("solver", "--smoke", out var code);
        Assert.Equal(2, code);
    }

    private static string[] Cells(string row) => [.. row.Split('|', StringSplitOptions.TrimEntries)[1..^1]];

    private static bool IsPositive(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var figure) && figure > 0;

    // In a process of its own: the number of threads is the process's.
    private static string Run(string suite, string option, out int code)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ISuite).Assembly.Location, suite, option]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        code = process.ExitCode;
        if (code == 2) Assert.Contains("allowed are binding, solvers", complaint.Result, StringComparison.Ordinal);
        else Assert.Equal("", complaint.Result);
        return output;
    }
}
