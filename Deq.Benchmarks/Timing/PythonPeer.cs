using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Deq.Benchmarks.Timing;

/// <summary>
/// A Python child process with the same loops. It waits for "CASE ITERATIONS" on its standard input and answers with the
/// seconds, so that both take turns within the same minute of the same machine.
/// </summary>
internal sealed class PythonPeer : IContender
{
    private readonly Process process;
    private readonly HashSet<string> cases;

    private PythonPeer(Process process, string version, IEnumerable<string> cases)
    {
        this.process = process;
        this.cases = [.. cases];
        Version = version;
    }

    public string Name => "Python";

    /// <summary>PyTorch's version.</summary>
    public string Version { get; }

    /// <summary>Starts a script in the first interpreter that has torch: <c>PYTHON</c>, the system's, the active one. Null where none has.</summary>
    /// <param name="script">Its first line of output is PyTorch's version and the names of its cases.</param>
    public static PythonPeer? Start(string script)
    {
        foreach (string? python in new[] { Environment.GetEnvironmentVariable("PYTHON"), "/usr/bin/python3", "python3" })
        {
            if (string.IsNullOrEmpty(python)) continue;
            Process? process = null;
            try
            {
                process = Process.Start(new ProcessStartInfo(python, ["-u", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
                process.ErrorDataReceived += static (_, _) => { };
                process.BeginErrorReadLine();
                if (process.StandardOutput.ReadLine()?.Split(' ') is [var version, .. var names]) return new(process, version, names);
            }
            catch (Win32Exception)
            {
                // No such interpreter; the next may be there.
            }

            process?.Dispose();
        }

        return null;
    }

    public bool Has(string benchmark) => cases.Contains(benchmark);

    public double Run(string benchmark, int iterations)
    {
        process.StandardInput.WriteLine($"{benchmark} {iterations}");
        process.StandardInput.Flush();
        string answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"Python ended in the case {benchmark}.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
