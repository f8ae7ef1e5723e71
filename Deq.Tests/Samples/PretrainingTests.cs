using Deq.Samples;
using Deq.Samples.Commands;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Training;
using Deq.Tests.Samples.Images;

namespace Deq.Tests.Samples;

/// <summary>A run that ends before its first solve would look like any other, and train no equilibrium.</summary>
public class PretrainingTests
{
    [Theory]
    [InlineData("transformer --steps 5", 100, 5)]
    [InlineData("transformer train --steps 100", 100, 100)]
    [InlineData("transformer --tokens 1000 --batch 4 --sequence 50", 100, 5)]
    [InlineData("trellis train --steps 5", 100, 5)]
    [InlineData("revdeq-lm train --steps 5", 100, 5)]
    [InlineData("revdeq-lm train --steps 5 --pretrain-steps 7", 7, 5)]
    [InlineData("copy-memory train --steps 5", 50, 5)]
    [InlineData("copy-memory train --steps 9 --architecture trellis --pretrain-steps 9", 9, 9)]
    [InlineData("mdeq train --steps 5", 100, 5)]
    [InlineData("mdeq train --images 64", 100, 2)]
    public void RunThatOnlyPretrains_IsRefusedBeforeAnythingIsTrainedOrWritten(string arguments, int pretrain, int steps)
    {
        using var folder = new TemporaryFolder();
        var error = new StringWriter();

        int code = SampleProgram.Run([.. arguments.Split(' '), "--out", folder.File("out")], TextWriter.Null, error);

        Assert.Equal(1, code);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.Contains($"--pretrain-steps is {pretrain} in a run of {steps} steps", error.ToString());
        Assert.Contains($"allowed is 0 to {steps - 1}", error.ToString());
        Assert.Contains("give --pretrain-steps 0", error.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void OneStepMore_TrainsAnEquilibrium()
    {
        using var folder = new TemporaryFolder();
        StringWriter output = new(), error = new();
        string data = Directory.CreateDirectory(folder.File("data")).FullName;
        ImageFiles.FashionMnist(data, train: 20, test: 4, gzip: true);

        int code = SampleProgram.Run(
            ["mdeq", "train", "--data", data, "--steps", "3", "--pretrain-steps", "2", "--batch", "2", "--json", "--out", folder.File("out")], output, error);

        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Contains("\"training\"", output.ToString());
    }

    /// <summary>Whoever starts a training, not the commands alone.</summary>
    [Fact]
    public void TrainingLoop_RefusesItToo_AndAnExplicitTwinHasNoPretraining()
    {
        LanguageSettings settings = SmallLanguage.Settings with { Steps = 4, PretrainSteps = 4 };
        using (LanguageTask task = SmallLanguage.Create(settings))
            Assert.Throws<SampleException>(() => new TrainingLoop(task, settings.Training, new PlainView(TextWriter.Null)).Train());

        using LanguageTask twin = SmallLanguage.Create(settings with { Model = Twin.Tied(settings.Model, 2) });
        Assert.Equal(4, new TrainingLoop(twin, settings.Training, new PlainView(TextWriter.Null)).Train().Steps.Count);
    }
}
