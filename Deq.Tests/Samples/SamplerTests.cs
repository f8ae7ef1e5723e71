using Deq.Samples.Data;
using Deq.Samples.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class SamplerTests
{
    [Fact]
    public void RunningText_IsWrittenAsPeopleWriteIt()
    {
        string text = Sampler.RunningText(["We", "(", "the", "people", ")", "owe", "$", "5", ",", "well-being", ";", "not", "more", ".", "<eos>", "Yes", "!"]);
        Assert.Equal("We (the people) owe $5, well-being; not more. Yes!", text);
    }

    /// <summary>So cold that the likeliest word always comes, each time after as many words as the model reads.</summary>
    [Fact]
    public void ColdDraw_IsTheLikeliestWordEachTime()
    {
        using LanguageModel model = Model();
        using DisposeScope scope = NewDisposeScope();
        model.eval();
        var words = new List<long> { 2 };
        using (no_grad())
        {
            for (int i = 0; i < 9; i++)
            {
                long[] context = [.. words.TakeLast(model.Sequence)];
                Tensor scores = model.NextLogProbabilities(tensor(context, [1, context.Length]));
                scores[Words.UnknownNumber] = -1e30f;
                words.Add(scores.argmax().item<long>());
            }
        }

        string drawn = Sampler.Draw(model, Words, Words[2], count: 9, temperature: 1e-4);

        Assert.Equal(string.Join(' ', words.Select(word => Words[(int)word])), drawn);
        Assert.NotEqual(drawn, Sampler.Draw(model, Words, Words[2], count: 9, temperature: 50));
    }

    [Fact]
    public void UnknownWord_IsNeverDrawn_HoweverFrequent()
    {
        using LanguageModel model = Model();
        int[] text = [.. Enumerable.Repeat(Words.UnknownNumber, 5000), .. Enumerable.Range(0, Words.Count)];
        model.StartFrom(text, Words.Count);

        string[] drawn = Sampler.Draw(model, Words, "w1", count: 40, temperature: 1).Split(' ');

        Assert.Equal(41, drawn.Length);
        Assert.DoesNotContain(Vocabulary.Unknown, drawn);
    }

    private static readonly Vocabulary Words = new([.. Enumerable.Range(1, 14).Select(i => $"w{i}"), Vocabulary.Unknown]);

    private static LanguageModel Model()
    {
        manual_seed(3);
        return new LanguageModel(new ModelSettings { Width = 8, Heads = 2, FeedForward = 12, Sequence = 4, Cutoffs = [5], TiedLayers = 2 }, Words.Count);
    }
}
