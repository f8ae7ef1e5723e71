using Deq.Samples.Commands;
using Deq.Tests.Samples.Images;

namespace Deq.Tests.Samples;

/// <summary>Options that would do nothing or do not fit are refused, and before anything is made on the disk.</summary>
public class RefusedOptionsTests
{
    [Theory]
    [InlineData("copy-memory --hidden 16", "--hidden would do nothing: it is a TrellisNet's, which --architecture trellis takes")]
    [InlineData("copy-memory --architecture transformer --kernel 3", "--kernel would do nothing")]
    [InlineData("copy-memory --dilation 2", "--dilation would do nothing")]
    [InlineData("copy-memory --preset paper --forget-bias 1", "--forget-bias would do nothing")]
    [InlineData("copy-memory --frequency 0.5", "--frequency would do nothing: the penalty has a weight of 0 here")]
    [InlineData("copy-memory --gamma 1 --frequency 0", "--gamma would do nothing: --frequency 0 draws no penalty")]
    [InlineData("synthetic --gamma 0,1 --frequency 0", "--gamma would do nothing")]
    [InlineData("transformer --frequency 0.5", "--frequency would do nothing")]
    [InlineData("transformer --last-gamma 2 --frequency 0", "--last-gamma would do nothing")]
    [InlineData("transformer --gamma 1 --last-gamma 0 --frequency 0", "--gamma would do nothing")]
    [InlineData("transformer --limit 1 --limit-spread 2", "--limit-spread would do nothing: a --limit of 1")]
    [InlineData("transformer --cutoffs none --divisor 4", "--divisor would do nothing")]
    [InlineData("transformer --steps 5 --tokens 1000", "--tokens would do nothing: --steps says how long to train")]
    [InlineData("transformer --json --plain", "--plain would do nothing: --json")]
    [InlineData("revdeq-lm --cell revdeq --norm pre", "--norm would do nothing: --cell revdeq")]
    [InlineData("revdeq-lm --cell revdeq --residual state", "--residual would do nothing")]
    [InlineData("revdeq-lm --preset wikitext103 --dropout 0.1", "--dropout would do nothing")]
    [InlineData("revdeq-lm --preset wikitext103 --weight-norm true", "--weight-norm would do nothing")]
    [InlineData("revdeq-lm --frequency 0.5", "--frequency would do nothing")]
    [InlineData("trellis --kernel 1 --weight-dropout 0.5", "--weight-dropout would do nothing")]
    [InlineData("mdeq --steps 5 --images 100", "--images would do nothing: --steps says how long to train")]
    [InlineData("mdeq --gamma 0.5 --frequency 0", "--gamma would do nothing")]
    [InlineData("evidence --smoke", "--smoke would do nothing: without a name")]
    [InlineData("evidence rate --write --page PAGE", "--write would do nothing: --page names the page")]
    public void OptionThatWouldDoNothing_IsRefusedWithTheReason(string arguments, string expected) => Refused(arguments, expected);

    [Theory]
    [InlineData("revdeq --beta 1", "--beta 1")]
    [InlineData("revdeq --channels 16,30", "--channels 30 is no multiple")]
    [InlineData("revdeq --channels 8,8,8,8,8,8,8 --widths 1,1,1,1,1,1,1", "cannot be halved")]
    [InlineData("revdeq --batch 21", "fewer than a batch of 21")]
    [InlineData("mdeq --channels 12,24", "--channels 12 cannot be shared")]
    [InlineData("mdeq --cell single --dropout 0.2", "--dropout 0.2 would do nothing")]
    [InlineData("mdeq --batch 21", "fewer than a batch of 21")]
    [InlineData("mdeq --steps 3 --pretrain-steps 3", "--pretrain-steps is 3")]
    [InlineData("mdeq --data NOWHERE", "NOWHERE")]
    [InlineData("transformer --width 33 --heads 3", "--width 33 is odd")]
    [InlineData("transformer --heads 5", "--heads 5")]
    [InlineData("transformer --batch 65536 --sequence 8192 --steps 200", "too few for batches of 65536 x 8192")]
    [InlineData("transformer --explicit 64 --ffn 8", "--explicit 64")]
    [InlineData("transformer --device cuda:99", "--device got 'cuda:99'")]
    [InlineData("trellis --data NOWHERE", "NOWHERE")]
    [InlineData("revdeq-lm --beta 1", "--beta 1")]
    [InlineData("copy-memory --width 33", "--width 33")]
    [InlineData("copy-memory --batch 20001", "--batch 20001 is more than the 20000 sequences")]
    [InlineData("copy-memory --architecture trellis --delay 33", "43 positions later")]
    [InlineData("copy-memory --steps 10 --pretrain-steps 10", "--pretrain-steps is 10")]
    public void OptionThatDoesNotFit_LeavesNoFolder(string arguments, string expected) => Refused(arguments, expected);

    [Theory]
    [InlineData("mdeq")]
    [InlineData("revdeq")]
    [InlineData("transformer")]
    [InlineData("synthetic")]
    [InlineData("copy-memory")]
    public void OutputThatIsAFile_IsTold(string command)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("out"), "mine");

        Refused(folder, command, "is a file: name a folder");
        Assert.Equal("mine", File.ReadAllText(folder.File("out")));
    }

    /// <summary>A series of runs over gamma begins at 0, with the options of the others.</summary>
    [Fact]
    public void GammaOfZeroThatIsAskedFor_TakesTheOthersFrequency()
    {
        using var folder = new TemporaryFolder();
        (int code, string error) = Run([.. "copy-memory train --gamma 0 --frequency 0.5 --delay 3 --steps 2 --pretrain-steps 1 --batch 2 --no-lstm --plain --out".Split(' '), folder.File("out")]);

        Assert.True(code == 0, error);
    }

    private static void Refused(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        Refused(folder, arguments, expected);
        Assert.False(Directory.Exists(folder.File("out")), "a folder was made");
        Assert.False(File.Exists(folder.File("page.md")));
    }

    private static void Refused(TemporaryFolder folder, string arguments, string expected)
    {
        string[] words = [.. arguments.Replace("PAGE", folder.File("page.md")).Replace("NOWHERE", folder.File("NOWHERE")).Split(' ')];
        if (words[0] is "mdeq" or "revdeq" && !words.Contains("--data"))
        {
            string data = Directory.CreateDirectory(folder.File("data")).FullName;
            ImageFiles.FashionMnist(data, train: 20, test: 4, gzip: true);
            words = [.. words, "--data", data];
        }

        (int code, string error) = Run(words[0] == "evidence" ? words : [.. words, "--out", folder.File("out")]);

        Assert.Equal(1, code);
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')));
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        var error = new StringWriter();
        return (SampleProgram.Run(arguments, new StringWriter(), error), error.ToString());
    }
}
