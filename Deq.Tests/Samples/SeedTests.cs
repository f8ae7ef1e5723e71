using System.Text.Json;
using Deq.Samples.Commands;
using Deq.Tests.Samples.Images;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>On the CPU a seed decides every number of a command, whatever was drawn in the process before.</summary>
public class SeedTests
{
    private const string Small = "--width 16 --sequence 8 --batch 2 --steps 5 --pretrain-steps 2 --cutoffs 8";

    [Theory]
    [InlineData("transformer train " + Small + " --heads 2 --ffn 16 --dropout 0.1 --gamma 1 --frequency 0.5 --limit-spread 2")]
    [InlineData("trellis train " + Small + " --hidden 12 --memory 1")]
    [InlineData("revdeq-lm train " + Small + " --heads 2 --ffn 16")]
    [InlineData("mdeq train --steps 4 --batch 2 --pretrain-steps 1 --gamma 1 --frequency 0.5 --augment shift")]
    [InlineData("revdeq train --steps 3 --batch 2 --augment shift")]
    [InlineData("copy-memory train --steps 4 --batch 2 --delay 3 --pretrain-steps 1 --no-lstm")]
    [InlineData("synthetic train --epochs 1 --batch 512 --gamma 2")]
    public void Command_GivesTheSameNumbersForTheSameSeedAlone(string command)
    {
        using var folder = new TemporaryFolder();
        string[] data = Data(folder, command);

        double[] first = Losses(folder, [.. command.Split(' '), .. data, "--seed", "3"], before: 17);
        double[] again = Losses(folder, [.. command.Split(' '), .. data, "--seed", "3"], before: 18), other = Losses(folder, [.. command.Split(' '), .. data, "--seed", "4"], before: 17);

        Assert.True(first.Length >= 3);
        Assert.Equal(first, again);
        Assert.All(first.Zip(other), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    /// <summary>Of 30 words one makes up nine tenths: knowing that much, and nothing else, is far below the ln 30 = 3.4 of a model that knows nothing.</summary>
    [Fact]
    public void LanguageModel_BeginsWithTheWordsFrequencies()
    {
        using var folder = new TemporaryFolder();
        string text = string.Concat(Enumerable.Range(0, 300).Select(i => $"the the the the the the the the word{i % 28}\n").Select(line => line.Replace("\n", " ")));
        foreach (string split in new[] { "train", "valid", "test" }) File.WriteAllText(folder.File($"wiki.{split}.tokens"), text);

        double[] losses = Losses(folder, [.. $"transformer train {Small} --heads 2 --ffn 16 --data".Split(' '), folder.Path], before: 1);

        Assert.InRange(losses[0], 0, 2.2);
    }

    private static string[] Data(TemporaryFolder folder, string command)
    {
        if (command.StartsWith("synthetic", StringComparison.Ordinal) || command.StartsWith("copy-memory", StringComparison.Ordinal)) return [];
        string data = Directory.CreateDirectory(folder.File("data")).FullName;
        if (command.StartsWith("mdeq", StringComparison.Ordinal) || command.StartsWith("revdeq ", StringComparison.Ordinal))
        {
            ImageFiles.FashionMnist(data, train: 40, test: 4, gzip: true);
        }
        else
        {
            string text = string.Concat(Enumerable.Range(0, 60).Select(i => $" word{i % 11} and word{i % 7} are <unk> .\n"));
            foreach (string split in new[] { "train", "valid", "test" }) File.WriteAllText(Path.Combine(data, $"wiki.{split}.tokens"), text);
        }

        return ["--data", data];
    }

    /// <summary>What the steps that are shown have for loss.</summary>
    private static double[] Losses(TemporaryFolder folder, string[] command, int before)
    {
        manual_seed(before);
        string place = folder.File("out");
        if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
        StringWriter output = new(), error = new();
        int code = SampleProgram.Run([.. command, "--json", "--checkpoint-every", "1", "--out", place], output, error);
        Assert.True(code == 0, error.ToString());
        string file = Directory.GetFiles(place, "*.deq").Single();
        // The checkpoint has every step, also those that came too fast to be shown.
        using var checkpoint = Deq.Samples.Training.CheckpointFile.Open(file);
        var progress = new Deq.Samples.Training.TrainingProgress();
        checkpoint.Read("progress", progress.Load);
        Assert.Contains(output.ToString().TrimEnd().Split('\n'), line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString() == "step");
        return [.. progress.Steps.Select(step => step.Loss)];
    }
}
