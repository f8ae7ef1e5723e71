using Deq.Samples.Commands;
using Deq.Samples.Images;
using Deq.Tests.Samples.Images;

namespace Deq.Tests.Samples;

/// <summary>A training goes on with the data that it began with, wherever they are, and with no others.</summary>
public class ResumeDataTests
{
    [Fact]
    public void Images_MayMove()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(Directory.CreateDirectory(folder.File("data")).FullName, train: 20, test: 4, gzip: false);
        Train(0, folder, "mdeq", "data");
        Directory.Move(folder.File("data"), folder.File("moved"));

        Assert.Contains("goes on after step 2", Train(0, folder, "mdeq", "moved", "--resume"));
    }

    [Theory]
    [InlineData(FashionMnist.TrainLabels)]
    [InlineData(FashionMnist.TrainImages)]
    public void ImagesThatChanged_AreRefused(string changed)
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(Directory.CreateDirectory(folder.File("data")).FullName, train: 20, test: 4, gzip: false);
        Train(0, folder, "mdeq", "data");
        string file = folder.File($"data/{changed}");
        byte[] content = File.ReadAllBytes(file);
        // One label or one pixel of the first image.
        content[16] ^= 1;
        File.WriteAllBytes(file, content);

        Assert.Contains("was trained on other data than there are now", Train(1, folder, "mdeq", "data", "--resume"));
    }

    [Fact]
    public void Text_MayMoveAndMayNotChange()
    {
        using var folder = new TemporaryFolder();
        string text = string.Concat(Enumerable.Range(0, 60).Select(i => $"the cat number word{i % 9} sat on the word{i * i % 7} .\n"));
        Write("data", text);
        Train(0, folder, "transformer", "data");
        Directory.Move(folder.File("data"), folder.File("moved"));
        // The same words as often, in another order.
        Write("other", string.Join('\n', text.TrimEnd().Split('\n').Reverse()) + "\n");

        string moved = Train(0, folder, "transformer", "moved", "--resume"), other = Train(1, folder, "transformer", "other", "--resume");

        Assert.Contains("goes on after step 2", moved);
        Assert.Contains("was trained on other data than there are now", other);

        void Write(string data, string train)
        {
            Directory.CreateDirectory(folder.File(data));
            foreach ((string split, string content) in new[] { ("train", train), ("valid", text), ("test", text) }) File.WriteAllText(folder.File($"{data}/wiki.{split}.tokens"), content);
        }
    }

    [Fact]
    public void DigestOfAFolderOfImages_FollowsFilesAndLabelsAndNotTheirPlace()
    {
        using var folder = new TemporaryFolder();
        string first = Written("first"), second = Written("second");
        string digest = ImageFolder.Read(first, 8).Digest();

        Assert.Equal(digest, ImageFolder.Read(second, 8).Digest());

        // A byte of every image, as some of them are put aside for validation.
        foreach (string file in Directory.GetFiles(Path.Combine(second, "train"), "*.ppm", SearchOption.AllDirectories))
        {
            byte[] content = File.ReadAllBytes(file);
            content[^1] ^= 1;
            File.WriteAllBytes(file, content);
        }

        Assert.NotEqual(digest, ImageFolder.Read(second, 8).Digest());

        string Written(string name)
        {
            string path = Directory.CreateDirectory(folder.File(name)).FullName;
            ImageFiles.ImageFolder(path, classes: 2, images: 3);
            return path;
        }
    }

    private static string Train(int expected, TemporaryFolder folder, string command, string data, params string[] more)
    {
        var output = new StringWriter();
        string[] sizes = command == "mdeq" ? ["--pretrain-steps", "1"] : ["--pretrain-steps", "1", "--width", "8", "--heads", "2", "--ffn", "8", "--sequence", "8"];
        int code = SampleProgram.Run(
            [command, "train", "--data", folder.File(data), "--out", folder.File("out"), "--steps", "2", "--batch", "4", "--plain", .. sizes, .. more], output, output);
        Assert.True(code == expected, output.ToString());
        return output.ToString();
    }
}
