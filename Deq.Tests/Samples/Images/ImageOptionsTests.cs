using Deq.Samples.Commands;
using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.RevDeq;
using Deq.Samples.Training;

namespace Deq.Tests.Samples.Images;

public class ImageOptionsTests
{
    [Theory]
    [InlineData("8,16", 2)]
    [InlineData("16,8,8", 3)]
    [InlineData("8,8,16,16", 4)]
    public void Channels_ChooseTwoToFourScales(string channels, int scales)
    {
        using var folder = new TemporaryFolder();

        ImageDescription<MdeqSettings> trained = Train<MdeqSettings>(folder, "mdeq", form => form.Build(), "--channels", channels);

        Assert.Equal(scales, trained.Form.Channels.Count);
        Assert.Equal(channels, string.Join(',', trained.Form.Channels));
    }

    [Fact]
    public void EveryOptionOfAnImageCommand_IsInWhatIsTrained()
    {
        using var folder = new TemporaryFolder();

        ImageDescription<MdeqSettings> trained = Train<MdeqSettings>(
            folder, "mdeq", form => form.Build(),
            "--cell", "residual", "--dropout", "0.1", "--gradient", "phantom", "--gradient-steps", "2", "--clip", "0.5", "--warm-up", "2",
            "--gamma", "1", "--last-gamma", "2", "--frequency", "0.5", "--augment", "shift", "--solver", "picard", "--limit", "3");

        Assert.Equal((CellKind.Residual, 0.1), (trained.Form.Cell, trained.Form.Dropout));
        Assert.Equal((GradientMode.Phantom, 2, "picard", 3), (trained.Solve.Gradient, trained.Solve.GradientSteps, trained.Solve.Solver, trained.Solve.Limit));
        Assert.Equal(Augmentation.ShiftAndFlip, trained.Augmentation);
        using CheckpointFile file = CheckpointFile.Open(folder.File("out/model.deq"));
        TrainingSettings training = CheckpointFile.FromJson<TrainingSettings>(file.Path, file.Header.GetProperty("Training"));
        Assert.Equal((0.5, 2, 1.0, 2.0, 0.5), (training.Clip, training.WarmUpSteps, training.Gamma, training.LastGamma, training.Frequency));
    }

    [Fact]
    public void RevDeq_HasOptionsOfItsIteration()
    {
        using var folder = new TemporaryFolder();

        RevDeqSettings form = Train<RevDeqSettings>(
            folder, "revdeq", form => form.Build(), "--channels", "8,8,16", "--widths", "1,2,1", "--beta", "0.7", "--solver-steps", "2", "--tolerance", "0.01").Form;

        Assert.Equal(("8,8,16", "1,2,1"), (string.Join(',', form.Channels), string.Join(',', form.Widths)));
        Assert.Equal((0.7, 2, 0.01), (form.Beta, form.Steps, form.Tolerance));
    }

    [Theory]
    [InlineData(1, "mdeq train --channels 8,8,8,8,8", "--channels names 5 scale(s), allowed are 2 to 4")]
    [InlineData(1, "mdeq train --channels 8", "--channels names 1 scale(s)")]
    [InlineData(1, "mdeq train --channels 28,56", "--channels 28 cannot be shared by 8 groups")]
    [InlineData(2, "mdeq train --channels 8,wide", "--channels got '8,wide', allowed are whole numbers from 1 to 65536 with commas between them, as 16,32,64")]
    [InlineData(1, "mdeq train --head 8,8", "--head is the papers'")]
    [InlineData(1, "mdeq train --dropout 0.2", "--dropout 0.2 would do nothing: the single-convolution cell has none; take --cell residual")]
    [InlineData(1, "mdeq train --gradient jacobian-free --gradient-steps 3", "--gradient-steps would do nothing")]
    [InlineData(1, "mdeq train --gradient phantom --backward-limit 3", "--backward-limit would do nothing: --gradient phantom solves for no adjoint")]
    [InlineData(1, "mdeq train --preset imagenet-small --augment shift --data .", "--augment shift is for images of one size")]
    [InlineData(1, "revdeq train --channels 8,8,8", "--channels names 3 stages and --widths 2")]
    [InlineData(1, "revdeq train --beta 1", "--beta 1: b of the reversible iteration lies between 0 and 2 and is not 1")]
    // What a reversible iteration has no use for is no option of it.
    [InlineData(2, "revdeq train --gamma 1", "--gamma")]
    [InlineData(2, "revdeq train --solver picard", "--solver")]
    [InlineData(2, "revdeq train --limit 1", "--limit")]
    [InlineData(2, "revdeq train --gradient jacobian-free", "--gradient")]
    [InlineData(2, "revdeq train --pretrain-steps 3", "--pretrain-steps")]
    public void WhatDoesNotFit_IsToldInOneLine(int code, string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 20, test: 4, gzip: true);
        string data = arguments.Contains("--data") ? "" : $" --data {folder.Path}";
        (int returned, string error) = Run([.. $"{arguments}{data} --out {folder.File("out")}".Split(' ')]);

        Assert.Equal(code, returned);
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')));
        Assert.False(Directory.Exists(folder.File("out")));
    }

    [Theory]
    [InlineData("mdeq")]
    [InlineData("revdeq")]
    [InlineData("transformer")]
    [InlineData("synthetic")]
    [InlineData("copy-memory")]
    public void EmptyOutput_IsAskedFor(string command)
    {
        (int code, string error) = Run(command, "train", "--out", "");

        Assert.Equal(1, code);
        Assert.Contains("--out is empty", Assert.Single(error.TrimEnd().Split('\n')));
    }

    private static ImageDescription<TForm> Train<TForm>(TemporaryFolder folder, string command, Func<TForm, ImageClassifier> build, params string[] options)
        where TForm : IImageForm<TForm>
    {
        string data = Directory.CreateDirectory(folder.File("data")).FullName;
        ImageFiles.FashionMnist(data, train: 20, test: 4, gzip: true);
        (int code, string error) = Run([command, "train", "--data", data, "--out", folder.File("out"), "--steps", "3", "--batch", "2", "--plain", .. command == "mdeq" ? new[] { "--pretrain-steps", "2" } : [], .. options]);
        Assert.True(code == 0, error);
        (ImageClassifier model, TrainingCheckpoint.Opened<ImageDescription<TForm>> header) =
            TrainingCheckpoint.LoadModel(folder.File("out/model.deq"), command, (ImageDescription<TForm> description) => build(description.Form));
        model.Dispose();
        return header.Description;
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        var error = new StringWriter();
        return (SampleProgram.Run(arguments, new StringWriter(), error), error.ToString());
    }
}
