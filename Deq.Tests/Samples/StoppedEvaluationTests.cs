using Deq.Samples.Commands;
using Deq.Samples.CopyMemory;
using Deq.Samples.Evidence;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Synthetic;
using Deq.Samples.Training;

namespace Deq.Tests.Samples;

/// <summary>Ctrl-C after the last training step: the evaluation ends, the checkpoint of the whole training stays, and the same command evaluates it.</summary>
public class StoppedEvaluationTests
{
    [Theory]
    [InlineData("transformer")]
    [InlineData("trellis")]
    public void CopyMemory_EndsAndIsEvaluatedWhenResumed(string architecture)
    {
        using var folder = new TemporaryFolder();
        CopySettings settings = CopyPresets.Quick(architecture) with { Delay = 10, Steps = 3, PretrainSteps = 1, Batch = 4, TestSequences = 200, Output = folder.Path };
        IReadOnlyList<ResultRow> Train(bool resume, bool stopped)
        {
            using var view = new StopAtTheEnd(stopped);
            return new CopyRun("quick", "DEQ", settings with { Resume = resume }, view, view.Token).Run("deq-samples", lstm: false, tiedLayers: 0);
        }

        Interrupted(() => Train(resume: false, stopped: true));

        Assert.Equal(3, SavedStep(folder.File("model.deq")));
        Assert.False(File.Exists(folder.File("report.html")));
        double resumed = Train(resume: true, stopped: false)[^1].Test;
        File.Delete(folder.File("model.deq"));
        Assert.Equal(Train(resume: false, stopped: false)[^1].Test, resumed);
    }

    [Fact]
    public void Synthetic_EndsAndIsEvaluatedWhenResumed()
    {
        using var folder = new TemporaryFolder();
        var settings = new SyntheticSettings { Gammas = [2], Epochs = 1, Batch = 2048, Output = folder.Path };
        IReadOnlyList<ResultRow> Train(bool resume, bool stopped)
        {
            using var view = new StopAtTheEnd(stopped);
            return new SyntheticRun(settings with { Resume = resume }, view, view.Token).Run("deq-samples", []);
        }

        Interrupted(() => Train(resume: false, stopped: true));

        Assert.Equal(2, SavedStep(folder.File("gamma-2.deq")));
        Assert.False(File.Exists(folder.File("report.html")));
        double resumed = Train(resume: true, stopped: false)[^1].Test;
        File.Delete(folder.File("gamma-2.deq"));
        Assert.Equal(Train(resume: false, stopped: false)[^1].Test, resumed);
    }

    public static TheoryData<string> Trials => [.. EvidenceList.All.OfType<ITrialEvidence>().Select(evidence => evidence.Name)];

    [Theory]
    [MemberData(nameof(Trials))]
    public void Evidence_EndsAndGoesOnWithTheEvaluation(string name)
    {
        if (!PeakMemory.CanMeasure) return;
        using var folder = new TemporaryFolder();
        IEvidence evidence = EvidenceList.Named(name)[0];
        using var view = new StopAtTheEnd(stops: true);

        var stopped = Assert.Throws<TrainingInterruptedException>(() => evidence.Gather(new EvidenceRun(new KeptResults(folder.Path), seed: 1, smoke: true, view, view.Token)));

        // What an evidence has in the place of --resume.
        Assert.Contains("the same command goes on where it was", stopped.Message);
        Assert.DoesNotContain("--resume", stopped.Message);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.json"));
        Assert.Equal(view.Steps, SavedStep(Assert.Single(Directory.GetFiles(folder.Path, "*.deq"))));
    }

    [Fact]
    public void PartThatIsStopped_IsToldByItsNameAndMeasuredTheNextTime()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        EvidenceRun Run() => new(new KeptResults(folder.Path), 1, smoke: true, new PlainView(TextWriter.Null), stop.IsCancellationRequested ? default : stop.Token);

        var stopped = Assert.Throws<TrainingInterruptedException>(() => Run().Part<int>("depth 4", "", () =>
        {
            stop.Cancel();
            // A process that the terminal has ended with the program.
            throw new Deq.Samples.SampleException("the process that measures ended with 130");
        }));

        Assert.StartsWith("stopped in 'depth 4'", stopped.Message);
        Assert.Equal(7, Run().Part("depth 4", "", () => 7));
    }

    private static void Interrupted(Action run)
    {
        var stopped = Assert.Throws<TrainingInterruptedException>(run);
        Assert.Contains("--resume evaluates it", stopped.Message);
    }

    private static int SavedStep(string file)
    {
        using CheckpointFile checkpoint = CheckpointFile.Open(file);
        return checkpoint.Header.GetProperty("Step").GetInt32();
    }

    /// <summary>Asks for an end once the last step of a training has been shown.</summary>
    private sealed class StopAtTheEnd(bool stops) : ITrainingView, IDisposable
    {
        private readonly CancellationTokenSource source = new();

        public CancellationToken Token => source.Token;

        public int Steps { get; private set; }

        public TimeSpan Interval => TimeSpan.Zero;

        public void Dispose() => source.Dispose();

        public void Say(string line)
        {
        }

        public void During(Action training) => training();

        public void Show(ProgressRecord progress)
        {
            Steps = progress.Recent.Step;
            if (stops && progress.Recent.Step == progress.Steps) source.Cancel();
        }

        public void Validated(string run, Measure measure, ValidationRecord validation)
        {
        }

        public void Results(IReadOnlyList<ResultRow> rows, Scale scale)
        {
        }
    }
}
