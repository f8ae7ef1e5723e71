using Deq.Samples.Commands;

namespace Deq.Tests.Samples;

public class CommandLineTests
{
    [Theory]
    [InlineData("--steps abc", "--steps got 'abc', allowed is a whole number from 1")]
    [InlineData("--steps 0", "--steps got '0'")]
    [InlineData("--steps 1.5", "--steps got '1.5'")]
    [InlineData("--dropout 1.5", "--dropout got '1.5', allowed is a number from 0 to 0.95")]
    [InlineData("--dropout NaN", "--dropout got 'NaN'")]
    [InlineData("--norm middle", "--norm got 'middle', allowed is post or pre")]
    [InlineData("--solver newton", "allowed is anderson or broyden or picard")]
    [InlineData("--wat", "--wat")]
    [InlineData("transformer --wat 3", "--wat")]
    [InlineData("transformer train extra", "extra")]
    [InlineData("translate", "translate")]
    [InlineData("--steps", "--steps")]
    public void WrongUsage_IsOneLineOnStandardErrorAndExitCode2(string arguments, string expected)
    {
        (int code, string output, string error) = Run(arguments);

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.StartsWith("deq-samples: ", error);
        Assert.Contains(expected, error);
    }

    [Theory]
    [InlineData("--width 130", "--heads 4")]
    [InlineData("transformer --steps 5 train", "--steps stands before 'train'")]
    [InlineData("mdeq --steps 5 eval", "--steps stands before 'eval': write 'mdeq eval --steps ...'")]
    [InlineData("synthetic --epochs 5 train", "--epochs stands before 'train'")]
    [InlineData("copy-memory --steps 5 train", "--steps stands before 'train'")]
    [InlineData("revdeq eval --checkpoint .", ".: is a folder; name the checkpoint in it")]
    [InlineData("transformer eval --checkpoint none.deq --device cuda:99", "--device got 'cuda:99'")]
    [InlineData("--data no-such-folder", "no-such-folder: there is no such folder")]
    [InlineData("pack-corpus no-such-folder out.br", "no-such-folder: there is no such folder")]
    public void WorkThatCannotBeDone_IsOneLineOnStandardErrorAndExitCode1(string arguments, string expected)
    {
        (int code, _, string error) = Run(arguments);

        Assert.Equal(1, code);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.StartsWith("deq-samples: ", error);
        Assert.Contains(expected, error);
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData("--help", "transformer")]
    [InlineData("transformer --help", "--backward-limit")]
    [InlineData("transformer train --help", "--sequence")]
    [InlineData("mdeq --help", "imagenet-large-jr")]
    [InlineData("mdeq --help", "eval ")]
    [InlineData("revdeq --help", "--solver-steps")]
    [InlineData("synthetic --help", "--linear")]
    [InlineData("copy-memory --help", "--delay")]
    [InlineData("mdeq eval --help", "--json")]
    public void Help_ListsWhatThereIs(string arguments, string expected)
    {
        (int code, string output, string error) = Run(arguments);

        Assert.Equal(0, code);
        Assert.Contains(expected, output);
        Assert.DoesNotContain("pack-corpus", output);
        Assert.Equal("", error);
    }

    [Fact]
    public void PackedFolder_IsReadBack()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("1790.txt"), "Fellow-Citizens.");

        (int code, string output, _) = Run("pack-corpus", folder.Path, folder.File("packed.br"));

        Assert.Equal(0, code);
        Assert.StartsWith("1 texts packed", output);
        using FileStream stream = File.OpenRead(folder.File("packed.br"));
        Assert.Equal("Fellow-Citizens.", Assert.Single(Deq.Samples.Data.SpeechArchive.Read(stream, "packed.br")).Text);
    }

    [Theory]
    [InlineData("one two three", 7, "one two", "three")]
    [InlineData("one two three", 6, "one", "two", "three")]
    [InlineData("one two three", 2, "one", "two", "three")]
    [InlineData("one two three", 13, "one two three")]
    public void PresetLines_BreakBetweenWords(string text, int width, params string[] lines) => Assert.Equal(lines, PresetHelp.Lines(text, width));

    private static (int Code, string Output, string Error) Run(string arguments) => Run(arguments.Split(' '));

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = SampleProgram.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
