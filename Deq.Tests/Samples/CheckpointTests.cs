using System.Security.Cryptography;
using System.Text;
using Deq.Samples.Data;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using Deq.Samples.Trellis;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class CheckpointTests
{
    private static readonly LanguageSettings Small = SmallLanguage.Settings with
    {
        Steps = 50,
        Gamma = 1,
        Frequency = 0.4,
        Model = SmallLanguage.Settings.Model with { Dropout = 0.1, WeightNorm = true },
    };

    // One in pre-training, one before and one after the second pass over the text begins (62 batches a pass).
    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(31)]
    public void Resumed_EqualsNeverStopped_BitForBit(int stopAfter)
    {
        using var folder = new TemporaryFolder();
        (byte[] through, StepRecord[] steps) = Train(folder.File("through.deq"), Small);

        string file = folder.File("resumed.deq");
        Assert.Throws<TrainingInterruptedException>(() => Train(file, Small, stopAfter: stopAfter));
        (byte[] resumed, StepRecord[] all) = Train(file, Small, resume: true);

        Assert.Equal(through, resumed);
        Assert.Equal(50, all.Length);
        Assert.Equal(
            steps.Select(step => (step.Step, step.Examples, step.Loss, step.GradientNorm, step.Penalty, step.ForwardEvaluations)),
            all.Select(step => (step.Step, step.Examples, step.Loss, step.GradientNorm, step.Penalty, step.ForwardEvaluations)));
    }

    [Fact]
    public void Resumed_WithGrowingGammaAndDrawnLimits_EqualsNeverStopped()
    {
        using var folder = new TemporaryFolder();
        TrainingSettings training = Small.Training with { LastGamma = 3, LimitSpread = 2 };
        (byte[] through, StepRecord[] steps) = Train(folder.File("through.deq"), Small, training: training);

        Assert.Throws<TrainingInterruptedException>(() => Train(folder.File("resumed.deq"), Small, training: training, stopAfter: 20));
        (byte[] resumed, _) = Train(folder.File("resumed.deq"), Small, training: training, resume: true);

        Assert.Equal(through, resumed);
        Assert.True(steps.Skip(10).Select(step => step.ForwardEvaluations).Max() <= Small.Solve.Limit);
    }

    public static TheoryData<string> Forms => ["pre-LN", "memory of the segment before", "TrellisNet", "TrellisNet with memory", "reversible", "RevDEQ's cell", "phantom gradient", "tied layers", "stacked layers", "weight decay"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Resumed_WhateverTheForm_EqualsNeverStopped(string form)
    {
        var trellis = new TrellisSettings { Hidden = 20 };
        ModelSettings model = Small.Model;
        LanguageSettings settings = form switch
        {
            "pre-LN" => Small with { Model = model with { Norm = NormPlacement.Pre } },
            "memory of the segment before" => Small with { Model = model with { Memory = 12 } },
            "TrellisNet" => Small with { Model = model with { Trellis = trellis } },
            "TrellisNet with memory" => Small with { Model = model with { Trellis = trellis, Memory = 1 } },
            "reversible" => Small with { Model = model with { Reversible = new ReversibleForm() }, Gamma = 0 },
            "RevDEQ's cell" => Small with { Model = model with { Cell = CellKind.RevDeq, Reversible = new ReversibleForm() }, Gamma = 0 },
            "phantom gradient" => Small with { Solve = Small.Solve with { Gradient = GradientMode.Phantom } },
            "tied layers" => Small with { Model = Twin.Tied(model, 3) },
            "stacked layers" => Small with { Model = Twin.Stacked(model, 2) },
            _ => Small with { WeightDecay = 1e-2, Decoupled = true },
        };
        using var folder = new TemporaryFolder();
        (byte[] through, StepRecord[] steps) = Train(folder.File("through.deq"), settings);

        Assert.Throws<TrainingInterruptedException>(() => Train(folder.File("resumed.deq"), settings, stopAfter: 25));
        (byte[] resumed, StepRecord[] all) = Train(folder.File("resumed.deq"), settings, resume: true);

        Assert.Equal(through, resumed);
        Assert.Equal(steps.Select(step => step.Loss), all.Select(step => step.Loss));
        Assert.True(steps.TakeLast(5).Average(step => step.Loss) < steps[0].Loss / 1.5, $"{steps[0].Loss} to {steps[^1].Loss}");
    }

    [Fact]
    public void ResumingAFinishedTraining_ChangesNothing()
    {
        using var folder = new TemporaryFolder();
        (byte[] first, _) = Train(folder.File("model.deq"), Small with { Steps = 12 });
        byte[] file = File.ReadAllBytes(folder.File("model.deq"));

        (byte[] second, StepRecord[] steps) = Train(folder.File("model.deq"), Small with { Steps = 12 }, resume: true);

        Assert.Equal(first, second);
        Assert.Equal(12, steps.Length);
        Assert.Equal(file, File.ReadAllBytes(folder.File("model.deq")));
    }

    [Fact]
    public void ResumingWithOtherSettings_NamesTheOneThatDiffers()
    {
        using var folder = new TemporaryFolder();
        LanguageSettings two = Small with { Steps = 2, PretrainSteps = 1 };
        Train(folder.File("model.deq"), two);

        string rate = Assert.Throws<DataFileException>(() => Train(folder.File("model.deq"), two with { LearningRate = 0.5 }, resume: true)).Message;
        string width = Assert.Throws<DataFileException>(() => Train(folder.File("model.deq"), two with { Model = Small.Model with { Width = 8 } }, resume: true)).Message;

        Assert.Contains("LearningRate was 0.01 and is 0.5", rate);
        Assert.Contains("Model.Width was 16 and is 8", width);
    }

    [Fact]
    public void WhatIsSaved_IsLoadedBitForBit()
    {
        using var folder = new TemporaryFolder();
        using LanguageTask task = SmallLanguage.Create(Small);
        Save(folder.File("model.deq"), task, Small);

        (LanguageModel loaded, TrainingCheckpoint.Opened<LanguageDescription> header) = LanguageRun.Load(SmallLanguage.Kind, folder.File("model.deq"));

        using (loaded)
        {
            Assert.Equal(("test", 0, 0L), (header.Name, header.Step, header.Examples));
            Assert.Equal(((LanguageDescription)task.Description).Words, header.Description.Words);
            Assert.Equal((Small.Model.Width, Small.Model.Norm, Small.Solve), (header.Description.Model.Width, header.Description.Model.Norm, header.Description.Solve));
            Assert.Equal(Small.Model.Cutoffs, header.Description.Model.Cutoffs);
            Assert.Equal(Parameters(task.Model), Parameters(loaded));
        }
    }

    [Fact]
    public void Saving_LeavesNoTemporaryFileAndReplacesTheLast()
    {
        using var folder = new TemporaryFolder();
        CheckpointFile.Write(folder.File("a.deq"), "first", new { }, []);
        CheckpointFile.Write(folder.File("a.deq"), "second", new { }, []);

        Assert.Equal([folder.File("a.deq")], Directory.GetFiles(folder.Path));
        using CheckpointFile file = CheckpointFile.Open(folder.File("a.deq"));
        Assert.Equal("second", file.Kind);
    }

    [Fact]
    public void WriterThatFails_LeavesTheLastGoodFile()
    {
        using var folder = new TemporaryFolder();
        CheckpointFile.Write(folder.File("a.deq"), "good", new { }, []);
        byte[] good = File.ReadAllBytes(folder.File("a.deq"));

        Assert.Throws<DataFileException>(() => CheckpointFile.Write(folder.File("a.deq"), "bad", new { }, [("model", _ => throw new IOException("disk full"))]));

        Assert.Equal(good, File.ReadAllBytes(folder.File("a.deq")));
    }

    [Fact]
    public void DamageAnywhere_IsNoticed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.deq");
        using (LanguageTask task = SmallLanguage.Create(Small)) Save(file, task, Small);
        byte[] good = File.ReadAllBytes(file);
        var random = new Random(1);

        for (int trial = 0; trial < 60; trial++)
        {
            byte[] bad = [.. good];
            if (trial % 3 == 0) bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
            else if (trial % 3 == 1) bad = bad[..random.Next(bad.Length)];
            else bad = [.. bad, (byte)random.Next(256)];
            File.WriteAllBytes(file, bad);

            var exception = Assert.Throws<DataFileException>(() => LanguageRun.Load(SmallLanguage.Kind, file));
            Assert.StartsWith(file, exception.Message);
        }
    }

    [Fact]
    public void DamageUnderAValidChecksum_IsAnErrorToo()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.deq");
        using (LanguageTask task = SmallLanguage.Create(Small)) Save(file, task, Small);
        byte[] content = File.ReadAllBytes(file)[..^SHA256.HashSizeInBytes];
        var random = new Random(2);

        for (int trial = 0; trial < 40; trial++)
        {
            // The first kilobytes hold all that is not a number: names, lengths, the header.
            byte[] bad = [.. content];
            bad[random.Next(25, 1500)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(file, [.. bad, .. SHA256.HashData(bad)]);

            Exception? exception = Record.Exception(() => LanguageRun.Load(SmallLanguage.Kind, file).Model.Dispose());
            Assert.True(exception is null or DataFileException, exception?.ToString());
        }
    }

    [Theory]
    [InlineData("PK\u0003\u0004 something", "is no checkpoint of this program")]
    [InlineData("", "is no checkpoint of this program")]
    [InlineData("deq-samples checkpoint 1\nwhatever it was", "is a checkpoint of format 1; this program reads format 3")]
    [InlineData("deq-samples checkpoint 2\nwhatever it was", "is a checkpoint of format 2; this program reads format 3")]
    [InlineData("deq-samples checkpoint 3\n", "is damaged")]
    public void ForeignFile_IsRefusedWithTheReason(string content, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("model.deq"), content, Encoding.Latin1);

        Assert.Contains(reason, Assert.Throws<DataFileException>(() => LanguageRun.Load(SmallLanguage.Kind, folder.File("model.deq"))).Message);
    }

    [Fact]
    public void CheckpointOfAnotherModel_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        CheckpointFile.Write(folder.File("model.deq"), "mdeq", new { }, []);

        string message = Assert.Throws<DataFileException>(() => LanguageRun.Load(SmallLanguage.Kind, folder.File("model.deq"))).Message;

        Assert.Contains("is a checkpoint of 'mdeq', not of 'small'", message);
    }

    [Fact]
    public void FailedTraining_KeepsTheLastGoodCheckpointAndSaysWhichItIs()
    {
        using var folder = new TemporaryFolder();
        LanguageSettings wild = Small with { LearningRate = 1e30, Clip = 1e30, WarmUpSteps = 0 };

        var failure = Assert.Throws<TrainingFailedException>(() => Train(folder.File("model.deq"), wild));

        Assert.Contains($"step {failure.Step}", failure.Message);
        Assert.Contains($"The checkpoint of step {failure.Step - 1} is kept", failure.Message);
        LanguageRun.Load(SmallLanguage.Kind, folder.File("model.deq")).Model.Dispose();
    }

    private static (byte[] Parameters, StepRecord[] Steps) Train(
        string file, LanguageSettings settings, TrainingSettings? training = null, int? stopAfter = null, bool resume = false)
    {
        using LanguageTask task = SmallLanguage.Create(settings);
        // What a new process would not have: another state of the generator.
        if (resume) manual_seed(12345);
        using var stop = new CancellationTokenSource();
        var view = new StoppingView(stopAfter, stop);
        RunRecord run = new TrainingLoop(task, training ?? settings.Training, view, new CheckpointPlan(file, resume) { EverySteps = 1 }, stop.Token).Train();
        return (Parameters(task.Model), [.. run.Steps]);
    }

    private static void Save(string file, LanguageTask task, LanguageSettings settings)
    {
        using var optimizer = task.CreateOptimizer(1e-3);
        TrainingCheckpoint.Save(file, task, settings.Training, optimizer, new TrainingProgress());
    }

    private static byte[] Parameters(nn.Module model) => [.. model.state_dict().Values.SelectMany(tensor => tensor.bytes.ToArray())];
}
