using System.Diagnostics;
using System.Text.Json;
using Deq.Samples.Commands;
using Deq.Samples.Training;

namespace Deq.Tests.Samples;

/// <summary>A training in a process of its own, which is killed, or asked to stop, at random moments.</summary>
public sealed class KilledProcessTests : IDisposable
{
    /// <summary>How many kills; DEQ_KILLS asks for more.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("DEQ_KILLS"), out int kills) ? kills : 4;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void KilledAtRandomMoments_TheLastCheckpointLoadsAndNoStepBeforeItIsLost()
    {
        var random = new Random(1);
        int last = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Start();
            // A checkpoint a step: a kill lands in the writing of one more often than not.
            int shown = WaitForSteps(process, last + 2);
            Thread.Sleep(random.Next(60));
            process.Kill();
            process.WaitForExit();

            int saved = SavedStep();
            Assert.True(saved >= shown - 1 && saved >= last, $"step {shown} was shown, step {last} saved before, step {saved} is there");
            last = saved;
        }
    }

    [UnixFact]
    public void CtrlC_WritesACheckpointAndEndsWith130()
    {
        using Process process = Start(checkpointEvery: 0);
        int shown = WaitForSteps(process, 2);

        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        Task<string> rest = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), "the process goes on");
        rest.Wait();

        Assert.Equal(TrainingInterruptedException.ExitCode, process.ExitCode);
        Assert.Contains("--resume goes on", process.StandardError.ReadToEnd());
        Assert.True(SavedStep() >= shown);
    }

    private int SavedStep()
    {
        using CheckpointFile file = CheckpointFile.Open(folder.File("gamma-4.deq"));
        return file.Header.GetProperty("Step").GetInt32();
    }

    private Process Start(int checkpointEvery = 1)
    {
        string program = Path.ChangeExtension(typeof(SampleProgram).Assembly.Location, ".dll");
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            ["exec", program, "synthetic", "train", "--gamma", "4", "--epochs", "2000", "--threads", "1", "--json", "--resume",
                "--checkpoint-every", $"{checkpointEvery}", "--out", folder.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Reads the process's lines until it has shown a step.</summary>
    private static int WaitForSteps(Process process, int step)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("event").GetString() == "step" && document.RootElement.GetProperty("step").GetInt32() is var shown && shown >= step) return shown;
        }

        throw new InvalidOperationException($"the process ended: {process.StandardError.ReadToEnd()}");
    }
}
