using System.Diagnostics;
using System.Text.Json;
using Deq.Samples.Commands;
using Deq.Samples.Data;
using Deq.Samples.Progress;
using Deq.Samples.Training;

namespace Deq.Tests.Samples;

/// <summary>What a training does to the folder it writes to, and to what an earlier one left there.</summary>
public sealed class OutputFolderTests : IDisposable
{
    private const string Small = "synthetic train --gamma 4 --epochs 1 --batch 2048 --plain", Checkpoint = "gamma-4.deq", Earlier = "gamma-4.previous.deq";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Both would rename the same temporary file.</summary>
    [Fact]
    public void SecondTrainingIntoTheSameFolder_IsRefusedWhileTheFirstRuns()
    {
        using Process first = Start("synthetic", "train", "--gamma", "4", "--epochs", "2000", "--json", "--threads", "1", "--out", folder.Path);
        while (first.StandardOutput.ReadLine() is { } line && !line.Contains("\"step\"", StringComparison.Ordinal))
        {
        }

        (int code, _, string error) = Run($"{Small} --out {folder.Path}");
        first.Kill();
        first.WaitForExit();

        Assert.Equal(1, code);
        Assert.Contains("another training writes to", Assert.Single(error.TrimEnd().Split('\n')));
        // What held the folder is gone with its process.
        Assert.Equal(0, Run($"{Small} --out {folder.Path}").Code);
    }

    [Fact]
    public void FolderThatIsDone_HoldsCheckpointAndReportAndNothingElse()
    {
        Assert.Equal(0, Run($"{Small} --out {folder.File("out")}").Code);

        Assert.Equal(["figures", Checkpoint, "report.html"], Directory.GetFileSystemEntries(folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FolderThatCannotBeWrittenTo_IsToldBeforeAnythingIsTrained()
    {
        // A folder that is there and that not even root can write to.
        const string Forbidden = "/proc/self";
        if (!Directory.Exists(Forbidden)) return;

        (int code, string output, string error) = Run($"{Small} --out {Forbidden}");

        Assert.Equal(1, code);
        Assert.Contains($"--out {Forbidden}: nothing can be written to the folder", Assert.Single(error.TrimEnd().Split('\n')));
        Assert.DoesNotContain("step", output);
    }

    [Fact]
    public void CheckpointThatCannotBeWritten_IsToldWithStepAndRemedy()
    {
        // No file can be made where a folder stands.
        Directory.CreateDirectory(folder.File(Checkpoint + ".tmp"));

        (int code, _, string error) = Run($"{Small} --out {folder.Path}");

        Assert.Equal(1, code);
        string line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains("gamma 4: the checkpoint of step 2 could not be written", line);
        Assert.Contains("There is no checkpoint yet", line);
        Assert.Contains("--resume", line);
    }

    [Fact]
    public void CheckpointThatFailsHalfway_LeavesTheOneBeforeAndNoRest()
    {
        string file = folder.File("model.deq");
        CheckpointFile.Write(file, "kind", new { }, ("a", writer => writer.Write(1)));
        byte[] before = File.ReadAllBytes(file);

        var full = Assert.Throws<DataFileException>(() => CheckpointFile.Write(file, "kind", new { }, ("a", writer => writer.Write(2)), ("b", _ => throw new IOException("No space left on device"))));

        Assert.Contains("model.deq: cannot be written: No space left on device", full.Message);
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void ReportThatCannotBeWritten_IsToldWithTheRemedy()
    {
        Directory.CreateDirectory(folder.File("report.html"));

        (int code, _, string error) = Run($"{Small} --out {folder.Path}");

        Assert.Equal(1, code);
        Assert.Contains("the report could not be written", error);
        Directory.Delete(folder.File("report.html"));
        Assert.Equal(0, Run($"{Small} --resume --out {folder.Path}").Code);
        Assert.True(File.Exists(folder.File("report.html")));
    }

    [Fact]
    public void TrainingAnew_KeepsTheCheckpointOfTheOneBefore()
    {
        Assert.Equal(0, Run($"{Small} --out {folder.Path}").Code);
        byte[] first = File.ReadAllBytes(folder.File(Checkpoint));

        (_, string output, _) = Run($"{Small} --seed 2 --out {folder.Path}");

        Assert.Equal(first, File.ReadAllBytes(folder.File(Earlier)));
        Assert.NotEqual(first, File.ReadAllBytes(folder.File(Checkpoint)));
        Assert.Contains(Earlier, output);
    }

    [Fact]
    public void TrainingThatGoesOn_ReplacesItsOwnCheckpointAndKeepsNoOther()
    {
        string Command(string more) => $"{Small} --checkpoint-every 1 --out {folder.Path}{more}";
        Assert.Equal(0, Run(Command("")).Code);
        Assert.Equal(0, Run(Command(" --resume")).Code);

        Assert.False(File.Exists(folder.File(Earlier)));
    }

    [Fact]
    public void StoppedBeforeItsFirstStep_LeavesWhatIsThere()
    {
        string file = folder.File("model.deq");
        File.WriteAllText(file, "half an hour's work");
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        using Deq.Samples.Language.LanguageTask task = SmallLanguage.Create(SmallLanguage.Settings);
        var loop = new TrainingLoop(task, SmallLanguage.Settings.Training, new PlainView(TextWriter.Null), new CheckpointPlan(file), stopped.Token);

        var told = Assert.Throws<TrainingInterruptedException>(loop.Train);

        Assert.Equal("half an hour's work", File.ReadAllText(file));
        Assert.Contains("before its first step", told.Message);
        Assert.DoesNotContain("holds it", told.Message);
    }

    [Fact]
    public void ResumeWithoutACheckpoint_SaysThatItBegins()
    {
        (int code, string output, _) = Run($"{Small} --resume --out {folder.File("mistyped")}");

        Assert.Equal(0, code);
        Assert.Contains("gamma 4: there is no checkpoint", output);
        Assert.Contains("mistyped", output);
    }

    [Fact]
    public void ResumedRun_ReportsTheTimeOfAllItsSteps()
    {
        string command = $"copy-memory train --delay 5 --steps 80 --pretrain-steps 1 --batch 16 --no-lstm --json --out {folder.Path}";
        double first = Result(Run(command).Output).GetProperty("seconds").GetDouble();

        JsonElement resumed = Result(Run(command + " --resume").Output);

        double steps = resumed.GetProperty("sequences").GetDouble() / resumed.GetProperty("examplesPerSecond").GetDouble();
        Assert.True(resumed.GetProperty("seconds").GetDouble() >= steps, $"{resumed} reports less than the {steps} s of its steps; before it was {first}");
    }

    private static JsonElement Result(string output) => output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)
        .Last(line => line.GetProperty("event").GetString() == "result" && line.TryGetProperty("parameters", out _));

    private static Process Start(params string[] arguments)
    {
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return Process.Start(new ProcessStartInfo(host, ["exec", Path.ChangeExtension(typeof(SampleProgram).Assembly.Location, ".dll"), .. arguments]) { RedirectStandardOutput = true })!;
    }

    private static (int Code, string Output, string Error) Run(string arguments)
    {
        StringWriter output = new(), error = new();
        return (SampleProgram.Run(arguments.Split(' '), output, error), output.ToString(), error.ToString());
    }
}
