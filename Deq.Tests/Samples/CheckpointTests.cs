using Deq.Samples.Data;
using Deq.Samples.Transformer;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class CheckpointTests
{
    private static readonly ModelSettings Small = new() { Width = 8, Heads = 2, FeedForward = 8, Sequence = 4, Cutoffs = [2, 3], WeightNorm = true };

    private static readonly string[] Words = ["the", "<eos>", "of", "<unk>"];

    [Fact]
    public void WhatIsSaved_IsLoadedBitForBit()
    {
        using var folder = new TemporaryFolder();
        using LanguageModel model = Create();
        CheckpointHeader header = Header();

        Checkpoint.Save(folder.File("model.deq"), model, header);
        (LanguageModel loaded, CheckpointHeader read) = Checkpoint.Load(folder.File("model.deq"));

        using (loaded)
        {
            Assert.Equal(header.Words, read.Words);
            Assert.Equal((header.Name, header.Solve, header.Data, header.Steps, header.Tokens), (read.Name, read.Solve, read.Data, read.Steps, read.Tokens));
            Assert.Equal((Small.Width, Small.Norm, Small.WeightNorm), (read.Model.Width, read.Model.Norm, read.Model.WeightNorm));
            Assert.Equal(header.Model.Cutoffs, read.Model.Cutoffs);
            foreach (((string name, Tensor expected), (string otherName, Tensor actual)) in model.state_dict().Zip(loaded.state_dict()))
            {
                Assert.Equal(name, otherName);
                Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
            }

            int[] text = [0, 1, 2, 3, 0, 2, 2, 1, 0, 0, 1, 3, 2];
            Assert.Equal(Evaluation.Measure(model, text), Evaluation.Measure(loaded, text));
        }
    }

    [Fact]
    public void Saving_LeavesNoTemporaryFileAndReplacesTheLast()
    {
        using var folder = new TemporaryFolder();
        using LanguageModel model = Create();

        Checkpoint.Save(folder.File("model.deq"), model, Header() with { Steps = 1 });
        Checkpoint.Save(folder.File("model.deq"), model, Header() with { Steps = 2 });

        Assert.Equal([folder.File("model.deq")], Directory.GetFiles(folder.Path));
        (LanguageModel loaded, CheckpointHeader header) = Checkpoint.Load(folder.File("model.deq"));
        loaded.Dispose();
        Assert.Equal(2, header.Steps);
    }

    [Fact]
    public void DamageAnywhere_IsNoticed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.deq");
        using (LanguageModel model = Create()) Checkpoint.Save(file, model, Header());
        byte[] good = File.ReadAllBytes(file);
        var random = new Random(1);

        for (int trial = 0; trial < 40; trial++)
        {
            byte[] bad = [.. good];
            if (trial % 2 == 0) bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
            else bad = bad[..random.Next(bad.Length)];
            File.WriteAllBytes(file, bad);

            var exception = Assert.Throws<DataFileException>(() => Checkpoint.Load(file));
            Assert.StartsWith(file, exception.Message);
        }
    }

    [Fact]
    public void FileThatIsNotThere_IsNamedWithWhatMakesIt()
    {
        var exception = Assert.Throws<DataFileException>(() => Checkpoint.Load("no-such.deq"));
        Assert.Contains("transformer train", exception.Message);
    }

    [Fact]
    public void RunningText_IsWrittenAsPeopleWriteIt()
    {
        string text = Sampler.RunningText(["We", "(", "the", "people", ")", "owe", "$", "5", ",", "well-being", ";", "not", "more", ".", "<eos>", "Yes", "!"]);
        Assert.Equal("We (the people) owe $5, well-being; not more. Yes!", text);
    }

    private static LanguageModel Create()
    {
        manual_seed(1);
        var model = new LanguageModel(Small, Words.Length);
        model.Apply(new SolveSettings());
        return model;
    }

    private static CheckpointHeader Header() => new()
    {
        Name = "test",
        Model = Small,
        Solve = new SolveSettings(),
        Words = Words,
        Steps = 12,
        Tokens = 3456,
    };
}
