using Deq.Samples.Commands;
using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.RevDeq;
using Deq.Samples.Training;

namespace Deq.Tests.Samples.Images;

public class ImagePresetTests
{
    // The papers count in millions and leave open what they count; a form that is built as theirs comes within a fifth.
    [Theory]
    [InlineData("cifar10", 10e6)]
    [InlineData("cifar10-jr", 10e6)]
    [InlineData("imagenet-small", 18e6)]
    [InlineData("imagenet-small-jr", 18e6)]
    [InlineData("imagenet-large", 63e6)]
    [InlineData("imagenet-large-jr", 63e6)]
    public void PaperForms_HaveAboutThePapersParameters(string preset, double parameters)
    {
        ImagePreset<MdeqSettings> chosen = MdeqPresets.All.Single(known => known.Name == preset);
        using ImageClassifier model = chosen.Form.Build();

        Assert.InRange(model.ParameterCount / parameters, 0.8, 1.2);
        Assert.Equal($"{parameters / 1e6} M", chosen.PaperParameters);
        PresetsPage.Lists("mdeq", preset, $"{model.ParameterCount:N0}", "", chosen.PaperParameters!);
    }

    [Fact]
    public void RevDeqOnCifar10_HasAboutThePapersParameters()
    {
        ImagePreset<RevDeqSettings> chosen = RevDeqPresets.All.Single(known => known.Name == "cifar10");
        using ImageClassifier model = chosen.Form.Build();

        Assert.InRange(model.ParameterCount / 10e6, 0.8, 1.2);
        PresetsPage.Lists("revdeq", chosen.Name, $"{model.ParameterCount:N0}", "", chosen.PaperParameters!);
    }

    /// <summary>Three steps, one of them solved for the equilibrium, then the checkpoint once more.</summary>
    [Theory]
    [InlineData("mdeq", "quick")]
    [InlineData("mdeq", "full")]
    [InlineData("mdeq", "cifar10")]
    [InlineData("mdeq", "cifar10-jr")]
    [InlineData("mdeq", "imagenet-small-jr")]
    [InlineData("revdeq", "quick")]
    [InlineData("revdeq", "cifar10")]
    public void Preset_TrainsOnTinyDataInItsFormat(string command, string preset)
    {
        using var folder = new TemporaryFolder();
        string data = Directory.CreateDirectory(folder.File("data")).FullName;
        bool ours = preset is "quick" or "full";
        if (ours) ImageFiles.FashionMnist(data, train: 20, test: 4, gzip: true);
        else if (preset.StartsWith("cifar10", StringComparison.Ordinal)) ImageFiles.Cifar10(data, records: 2);
        else ImageFiles.ImageFolder(data, classes: 2, images: 2);
        // The papers' sizes, one image a step and few evaluations: what is checked is that the preset fits together, not how well it solves.
        string[] limits = command == "mdeq" ? ["--limit", "2", "--backward-limit", "1", "--pretrain-steps", "2"] : ["--solver-steps", "1"];

        string trained = Run(0, [command, "train", "--preset", preset, "--data", data, "--out", folder.File("out"), "--steps", "3", "--batch", "1", "--plain", .. limits]);
        string evaluated = Run(0, command, "eval", "--checkpoint", folder.File("out/model.deq"), "--plain");

        Assert.Contains("parameters", trained);
        Assert.Equal(!ours, trained.Contains("the paper's:"));
        Assert.Equal(!ours, File.ReadAllText(folder.File("out/report.html")).Contains("the paper&#39;s:"));
        Assert.Equal(Accuracies(trained), Accuracies(evaluated));
        Assert.True(File.Exists(folder.File("out/report.html")));
    }

    /// <summary>The same with all the preset's widths on smaller images and no checkpoint: at 224 x 224, with its 800 MB, the largest takes minutes.</summary>
    [Theory]
    [InlineData("imagenet-small")]
    [InlineData("imagenet-large")]
    [InlineData("imagenet-large-jr")]
    public void ImageNetPreset_TakesThreeStepsOnTinyDataInItsFormat(string preset)
    {
        const int side = 64;
        using var folder = new TemporaryFolder();
        ImageFiles.ImageFolder(folder.Path, classes: 2, images: 2);
        ImagePreset<MdeqSettings> chosen = MdeqPresets.All.Single(known => known.Name == preset);
        ImageData data = ImageFolder.Read(folder.Path, side);
        ImageSettings settings = chosen.Training with
        {
            Steps = 3,
            Batch = 1,
            PretrainSteps = 2,
            Solve = chosen.Training.Solve with { Limit = 2, BackwardLimit = 1 },
        };
        using var task = new ImageTask<MdeqSettings>("MDEQ", "mdeq", chosen.Form.For(data.Shape, chosen.Form.Classes), settings, data);

        RunRecord run = new TrainingLoop(task, settings.Training with { Validations = 1 }, new PlainView(TextWriter.Null)).Train();

        Assert.All(run.Steps, step => Assert.True(double.IsFinite(step.Loss) && step.GradientNorm > 0));
        Assert.Equal([false, false, true], run.Steps.Select(step => step.ForwardEvaluations > 0));
    }

    [Fact]
    public void PresetWithoutItsData_SaysWhatItNeeds()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("--data", Run(1, "mdeq", "train", "--preset", "cifar10", "--out", folder.Path));
        Assert.Contains("quick", Run(2, "mdeq", "train", "--preset", "quik"));
    }

    private static string[] Accuracies(string output) => [.. output.Split('\n')[^4..].Where(line => line.Contains('%')).SelectMany(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries)).Where(cell => cell.Contains('%'))];

    private static string Run(int expected, params string[] arguments)
    {
        var output = new StringWriter();
        int code = SampleProgram.Run(arguments, output, output);
        Assert.True(code == expected, output.ToString());
        return output.ToString();
    }
}
