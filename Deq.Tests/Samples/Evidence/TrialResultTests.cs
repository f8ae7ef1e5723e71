using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Deq.Samples.Evidence;
using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using Deq.Tests.Samples.Images;
using TorchSharp;

namespace Deq.Tests.Samples.Evidence;

/// <summary>What the tables of the evidence are computed from.</summary>
public class TrialResultTests
{
    [Fact]
    public void BeginAndEnd_AreTheSecondAndTheLastTenthOfTheStepsThatHaveTheQuantity()
    {
        // The first ten steps, without a solve, have none.
        StepRecord[] steps = [.. Enumerable.Range(1, 110).Select(step => new StepRecord { Step = step, Examples = step, Loss = 1, ForwardEvaluations = step <= 10 ? double.NaN : step })];
        TrialResult result = Result(steps, []);

        Assert.Equal(Enumerable.Range(21, 10).Average(), result.AtTheBeginning(step => step.ForwardEvaluations));
        Assert.Equal(Enumerable.Range(101, 10).Average(), result.AtTheEnd(step => step.ForwardEvaluations));
        Assert.True(double.IsNaN(result.AtTheEnd(step => step.Penalty)));
    }

    [Fact]
    public void Radii_AreThoseOfTheFirstAndTheLastLookThatHasOne()
    {
        TrialResult result = Result([], [new(1, 1, 5), new(2, 2, 5, 0.7), new(3, 3, 5, 0.9), new(4, 4, 5, 1.2), new(5, 5, 5, double.NaN)]);

        Assert.Equal((0.7, 1.2), (result.FirstRadius, result.LastRadius));
        Assert.True(double.IsNaN(Result([], []).LastRadius));
    }

    /// <summary>1000 examples in 20 seconds, in which a quarter of a processor worked on them.</summary>
    [Fact]
    public void Speed_IsPerSecondOfAProcessor()
    {
        TrialResult result = Result([new StepRecord { Step = 1, Examples = 1000, Loss = 1 }], []) with { Processors = 0.25 };

        Assert.Equal(1000 / (20 * 0.25), result.ExamplesPerSecond, 1e-9);
    }

    [Fact]
    public void FailedTrial_HasNoFindings() => Assert.True(double.IsNaN(Result([], []).At(0)));

    /// <summary>A process that works and ends: as much as it says itself of its own time.</summary>
    [UnixTheory]
    [InlineData("for ((i = 0; i < 300000; i++)); do :; done; times")]
    public void ProcessorTime_HasThatOfProcessesThatEnded(string work)
    {
        if (!File.Exists("/proc/self/stat")) return;
        TimeSpan before = ProcessorTime.Now;
        using Process child = Process.Start(new ProcessStartInfo("bash", ["-c", work]) { RedirectStandardOutput = true })!;
        // "0m0.512s 0m0.004s": user and system.
        string[] own = child.StandardOutput.ReadToEnd().Split('\n')[0].Split(' ');
        child.WaitForExit();
        double seconds = own.Sum(part => double.Parse(part.TrimEnd('s').Split('m')[1], CultureInfo.InvariantCulture));

        Assert.True(seconds > 0.05, $"{seconds}");
        // The kernel tells hundredths.
        Assert.True((ProcessorTime.Now - before).TotalSeconds >= seconds - 0.03);
        // This process's own is in it as well.
        Assert.True(ProcessorTime.Now - before >= TimeSpan.FromSeconds(seconds - 0.03) && ProcessorTime.Now >= Environment.CpuUsage.TotalTime);
    }

    /// <summary>
    /// Of tanh(z W + x) back-propagation needs one state an evaluation; what does not grow, gradients and states in hand, is some states more. The deeper step is
    /// measured first: its peak is not the other's.
    /// </summary>
    [Fact]
    public void PeakMemory_OfAnUnrolledStep_IsAboutAStateAnEvaluation()
    {
        if (!PeakMemory.CanMeasure) return;
        const double state = 64 * 16 * 512 * 4 / 1e6;

        double[] unrolled = PeakMemory.Of(MemoryStep.Unrolled, "64", "16", "512", "18", "2"), free = PeakMemory.Of(MemoryStep.JacobianFree, "64", "16", "512", "18", "2");

        Assert.InRange((unrolled[0] - unrolled[1]) / 16 / state, 0.8, 1.3);
        // A step of its own beside the process, which takes a hundred MB and more.
        Assert.InRange(unrolled[1] / state, 2, 14);
        // Anderson's window of six and nothing that grows after it.
        Assert.InRange(free[0] / state, 2, 22);
    }

    [Fact]
    public void PartsOfAnotherSeedSizeOrTraining_AreMeasuredAnew()
    {
        using var folder = new TemporaryFolder();
        EvidenceRun Run(int seed, bool smoke) => new(new KeptResults(folder.Path), seed, smoke, new PlainView(TextWriter.Null));
        int Measure(int seed, bool smoke, double rate, int value) =>
            Run(seed, smoke).Part("part", new { Settings = "", Training = new TrainingSettings { Steps = 4, LearningRate = rate } }, () => value);

        Assert.Equal(1, Measure(seed: 1, smoke: true, 0.1, value: 1));
        Assert.Equal(2, Measure(seed: 2, smoke: true, 0.1, value: 2));
        Assert.Equal(3, Measure(seed: 1, smoke: false, 0.1, value: 3));
        Assert.Equal(4, Measure(seed: 1, smoke: true, 0.2, value: 4));
        Assert.Equal(1, Measure(seed: 1, smoke: true, 0.1, value: 5));
    }

    /// <summary>A trial is kept under its settings and its training.</summary>
    [Fact]
    public void TrialUnderAnotherTraining_IsTrainedAnew()
    {
        using var folder = new TemporaryFolder();
        var settings = new ImageSettings { Output = "", Images = 0, Batch = 4 };
        var form = new MdeqSettings { Channels = [4, 8], Groups = 2, Input = SmallTraining.Stripes.Shape, Classes = 3 };
        TrialResult Do(int steps) => new Trial("trial", "settings", new TrainingSettings { Steps = steps, LearningRate = 1e-3, Validations = 1 }, () => new ImageTask<MdeqSettings>("trial", "mdeq", form, settings, SmallTraining.Stripes))
            .Do(new EvidenceRun(new KeptResults(folder.Path), 1, smoke: true, new PlainView(TextWriter.Null)), new ImageEvidence(), _ => [steps]);

        TrialResult two = Do(2), three = Do(3);

        Assert.Equal((2, 3), (two.Run.Steps.Count, three.Run.Steps.Count));
        Assert.Equal((2.0, 3.0), (two.At(0), three.At(0)));
        Assert.InRange(two.Processors, 0.01, 2 * Environment.ProcessorCount);
        Assert.True(double.IsNaN(two.Peak));
    }

    /// <summary>Limits and tolerances of a look are those asked for, and gone afterwards.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void LookUnderALimit_TakesSoManyEvaluationsAndLeavesTheOptions(int limit)
    {
        var form = new MdeqSettings { Channels = [4, 8], Groups = 2, Input = SmallTraining.Stripes.Shape, Classes = 3 };
        using var task = new ImageTask<MdeqSettings>("look", "mdeq", form, new ImageSettings { Output = "", Images = 0, Batch = 4 }, SmallTraining.Stripes);
        IEquilibriumLayer layer = Assert.Single(task.Classifier.EquilibriumLayers());
        layer.Options = layer.Options with { InferenceMaxEvaluations = 2, InferenceTolerance = 0.5 };
        EquilibriumOptions before = layer.Options;

        (_, double evaluations) = ImageTrials.TestUnder(task.Classifier, SmallTraining.Stripes, SmallTraining.Stripes.Test, limit, 1e-9, default);
        (_, double loose) = ImageTrials.TestUnder(task.Classifier, SmallTraining.Stripes, SmallTraining.Stripes.Test, 30, 0.99, default);

        Assert.Equal(limit, evaluations);
        Assert.InRange(loose, 1, 4);
        Assert.Equal(before, layer.Options);
    }

    /// <summary>Where processors worked on it less than seven tenths of the time, something else ran.</summary>
    [Theory]
    [InlineData("00:06:50", true)]
    [InlineData("00:07:10", false)]
    [InlineData("00:19:00", false)]
    public void Colophon_SaysWhereOtherWorkRanBeside(string processor, bool told)
    {
        using var folder = new TemporaryFolder();
        new KeptResults(folder.Path).Keep("part", "settings", _ => 1);
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        JsonNode part = JsonNode.Parse(File.ReadAllText(file))!;
        (part["Wall"], part["Processor"]) = ("00:10:00", processor);
        File.WriteAllText(file, part.ToJsonString());
        var kept = new KeptResults(folder.Path);
        kept.Keep("part", "settings", _ => 2);

        string colophon = Colophon.Of(new RateEvidence(), new EvidenceRun(kept, seed: 3, smoke: false, new PlainView(TextWriter.Null)));

        Assert.Equal(told, colophon.Contains("other work ran beside it"));
        Assert.StartsWith("`./deq evidence rate --seed 3`", colophon);
        Assert.Contains("10:00, of processors", colophon);
    }

    private static TrialResult Result(StepRecord[] steps, ValidationRecord[] looks) =>
        new("trial", 10, new RunRecord("trial", steps, looks) { Time = TimeSpan.FromSeconds(20) }, null, [], double.NaN, 1);
}
