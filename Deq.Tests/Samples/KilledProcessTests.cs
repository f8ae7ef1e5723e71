using System.Diagnostics;
using System.Text.Json;
using Deq.Samples.Commands;
using Deq.Samples.Training;
using Deq.Tests.Samples.Images;

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
            // A checkpoint a step: a kill lands in the writing of one more often than not.
            using Process process = Start("synthetic", "train", "--gamma", "4", "--epochs", "2000", "--checkpoint-every", "1");
            int shown = WaitForSteps(process, last + 2);
            Thread.Sleep(random.Next(60));
            process.Kill();
            process.WaitForExit();

            int saved = SavedStep("gamma-4.deq");
            Assert.True(saved >= shown - 1 && saved >= last, $"step {shown} was shown, step {last} saved before, step {saved} is there");
            last = saved;
        }
    }

    public static TheoryData<string> Commands => [.. Trainings.Keys];

    private static readonly Dictionary<string, (string Arguments, string? Data, string File)> Trainings = new()
    {
        ["synthetic"] = ("--gamma 4 --epochs 2000", null, "gamma-4.deq"),
        ["transformer"] = (SmallModel + " --heads 2 --ffn 16", Words, "model.deq"),
        ["trellis"] = (SmallModel + " --hidden 12", Words, "model.deq"),
        ["revdeq-lm"] = (SmallModel + " --heads 2 --ffn 16", Words, "model.deq"),
        ["mdeq"] = ("--steps 100000 --batch 2 --pretrain-steps 1", Images, "model.deq"),
        ["revdeq"] = ("--steps 100000 --batch 2", Images, "model.deq"),
        ["copy-memory"] = ("--steps 100000 --batch 2 --delay 3 --pretrain-steps 1", null, "model.deq"),
    };

    private const string SmallModel = "--width 16 --sequence 8 --batch 2 --steps 100000 --pretrain-steps 1 --cutoffs 8", Words = "words", Images = "images";

    /// <summary>A checkpoint that nobody asked for before, and resumes where it was asked to end.</summary>
    [UnixTheory]
    [MemberData(nameof(Commands))]
    public void CtrlC_WritesACheckpointAndEndsWith130(string command)
    {
        (string arguments, string? data, string file) = Trainings[command];
        using Process process = Start([command, "train", .. arguments.Split(' '), .. Data(data), "--checkpoint-every", "0"]);
        int shown = WaitForSteps(process, 2);

        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        Task<string> rest = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), "the process goes on");
        rest.Wait();

        Assert.Equal(TrainingInterruptedException.ExitCode, process.ExitCode);
        string told = process.StandardError.ReadToEnd();
        Assert.Contains("stopping at the end of this step", told);
        Assert.Contains("--resume goes on", told);
        Assert.True(SavedStep(file) >= shown);
    }

    private string[] Data(string? kind)
    {
        if (kind is null) return [];
        string data = Directory.CreateDirectory(folder.File("data")).FullName;
        if (kind == Images)
        {
            ImageFiles.FashionMnist(data, train: 40, test: 4, gzip: true);
        }
        else
        {
            string text = string.Concat(Enumerable.Range(0, 60).Select(i => $" word{i % 11} and word{i % 7} are <unk> .\n"));
            foreach (string split in new[] { "train", "valid", "test" }) File.WriteAllText(Path.Combine(data, $"wiki.{split}.tokens"), text);
        }

        return ["--data", data];
    }

    private int SavedStep(string file)
    {
        using CheckpointFile checkpoint = CheckpointFile.Open(folder.File(file));
        return checkpoint.Header.GetProperty("Step").GetInt32();
    }

    /// <summary>Whether this process ignores SIGINT, as one does that a shell has started in the background: its children would, too.</summary>
    private static bool IgnoresInterrupts
    {
        get
        {
            const string Status = "/proc/self/status", Ignored = "SigIgn:";
            if (!File.Exists(Status)) return false;
            string mask = File.ReadLines(Status).First(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..].Trim();
            // Signal 2 is bit 1.
            return (Convert.ToUInt64(mask, 16) & 2) != 0;
        }
    }

    private Process Start(params string[] arguments)
    {
        string program = Path.ChangeExtension(typeof(SampleProgram).Assembly.Location, ".dll");
        string[] command =
        [
            .. IgnoresInterrupts ? ["env", "--default-signal=INT"] : Array.Empty<string>(),
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            "exec", program, .. arguments, "--threads", "1", "--json", "--resume", "--out", folder.Path,
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
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
