using Deq.Samples.Evidence;
using Deq.Samples.Progress;
using Deq.Samples.Training;

namespace Deq.Tests.Samples.Evidence;

public class KeptResultsTests
{
    private sealed record Found(double Value, double[] Series);

    [Fact]
    public void AFinishedPart_IsNotMeasuredAgain()
    {
        using var folder = new TemporaryFolder();
        int measured = 0;
        Found Measure(KeptResults kept) => kept.Keep("a part", new { width = 3 }, _ =>
        {
            measured++;
            return new Found(double.NaN, [1.5, double.PositiveInfinity]);
        });

        Measure(new KeptResults(folder.Path));
        var again = new KeptResults(folder.Path);
        Found found = Measure(again);

        Assert.Equal(1, measured);
        Assert.True(double.IsNaN(found.Value));
        Assert.Equal([1.5, double.PositiveInfinity], found.Series);
        Assert.True(again.Wall > TimeSpan.Zero);
    }

    [Fact]
    public void OtherSettings_AreAnotherPart()
    {
        using var folder = new TemporaryFolder();
        var kept = new KeptResults(folder.Path);

        Assert.Equal(3, kept.Keep("part", new { width = 3 }, _ => 3));
        Assert.Equal(4, kept.Keep("part", new { width = 4 }, _ => 4));
    }

    [Fact]
    public void ADamagedFile_IsMeasuredAnew()
    {
        using var folder = new TemporaryFolder();
        new KeptResults(folder.Path).Keep("part", "settings", _ => new Found(1, []));
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        File.WriteAllText(file, File.ReadAllText(file)[..^3]);

        Assert.Equal(2, new KeptResults(folder.Path).Keep("part", "settings", _ => new Found(2, [])).Value);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    /// <summary>What a part leaves beside its result while it works goes when it is done, and stays where it is interrupted.</summary>
    [Fact]
    public void FilesOfAPart_StayUntilItIsDone()
    {
        using var folder = new TemporaryFolder();
        int Measure(bool fail) => new KeptResults(folder.Path).Keep("part", "settings", path =>
        {
            if (fail)
            {
                File.WriteAllText(path + ".deq", "half");
                throw new OperationCanceledException();
            }

            return File.ReadAllText(path + ".deq").Length;
        });

        Assert.Throws<OperationCanceledException>(() => Measure(fail: true));
        Assert.Equal(4, Measure(fail: false));
        Assert.EndsWith(".json", Assert.Single(Directory.GetFiles(folder.Path)));
    }

    [Fact]
    public void AStoppedEvidence_BeginsNoFurtherPart()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var run = new EvidenceRun(new KeptResults(folder.Path), 1, smoke: true, new PlainView(TextWriter.Null), stop.Token);
        run.Part("first", "", () => 1);
        stop.Cancel();

        Assert.Throws<TrainingInterruptedException>(() => run.Part("second", "", () => 2));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
