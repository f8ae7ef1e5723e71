using Deq.Samples.Commands;
using Deq.Samples.Images;

namespace Deq.Tests.Samples.Images;

/// <summary><c>eval</c> on other data than those of the training: figures of what a model was not made for are none.</summary>
public class EvaluatedDataTests
{
    [Fact]
    public void ImagesOfAnotherSize_AreRefused()
    {
        using var folder = new TemporaryFolder();
        string data = Directory.CreateDirectory(folder.File("data")).FullName, small = Directory.CreateDirectory(folder.File("small")).FullName;
        ImageFiles.FashionMnist(data, train: 20, test: 4, gzip: false);
        Squares(small, side: 20, images: 20);
        Assert.Equal((0, ""), Run("mdeq", "--steps", "2", "--pretrain-steps", "1", "--batch", "2", "--data", data, "--out", folder.File("out")));

        (int code, string error) = Run("mdeq", "eval", "--checkpoint", folder.File("out/model.deq"), "--data", small);

        Assert.Equal(1, code);
        Assert.Contains("was trained on images of", Assert.Single(error.TrimEnd().Split('\n')));
        Assert.Contains("--data", error);
        Assert.Equal((0, ""), Run("mdeq", "eval", "--checkpoint", folder.File("out/model.deq"), "--data", data));
    }

    private static void Squares(string folder, int side, int images)
    {
        foreach ((string pixels, string labels) in new[] { (FashionMnist.TrainImages, FashionMnist.TrainLabels), (FashionMnist.TestImages, FashionMnist.TestLabels) })
        {
            using FileStream first = File.Create(Path.Combine(folder, pixels)), second = File.Create(Path.Combine(folder, labels));
            IdxFile.Write(first, [images, side, side], new byte[images * side * side]);
            IdxFile.Write(second, [images], new byte[images]);
        }
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        var error = new StringWriter();
        return (SampleProgram.Run(arguments, new StringWriter(), error), error.ToString());
    }
}
