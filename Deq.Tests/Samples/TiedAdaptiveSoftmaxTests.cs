using Deq.Samples.Language;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class TiedAdaptiveSoftmaxTests
{
    private const int Words = 50, Width = 16;

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 10 })]
    [InlineData(new[] { 10, 25 })]
    [InlineData(new[] { 10, 25, 80 })] // beyond the vocabulary: left out
    public void Probabilities_SumToOne(int[] cutoffs)
    {
        using DisposeScope scope = NewDisposeScope();
        TiedAdaptiveSoftmax softmax = Create(cutoffs);

        Tensor logProbabilities = softmax.LogProbabilities(randn(7, Width) * 3);

        Assert.Equal([7, Words], logProbabilities.shape);
        Assert.All(logProbabilities.exp().sum(1).data<float>().ToArray(), sum => Assert.Equal(1, sum, 1e-5f));
    }

    [Fact]
    public void Loss_IsTheMeanOfTheLogProbabilitiesOfTheWords()
    {
        using DisposeScope scope = NewDisposeScope();
        TiedAdaptiveSoftmax softmax = Create(10, 25);
        Tensor hidden = randn(9, Width);
        Tensor words = tensor(new long[] { 0, 9, 10, 24, 25, 49, 3, 11, 30 });

        float expected = -softmax.LogProbabilities(hidden).gather(1, words.unsqueeze(1)).mean().item<float>();

        Assert.Equal(expected, softmax.Loss(hidden, words).item<float>(), 1e-5f);
    }

    [Fact]
    public void Loss_OfFrequentWordsAlone_NeedsNoOtherCluster()
    {
        using DisposeScope scope = NewDisposeScope();
        TiedAdaptiveSoftmax softmax = Create(10, 25);
        Tensor hidden = randn(3, Width), words = tensor(new long[] { 0, 5, 9 });

        float expected = -softmax.LogProbabilities(hidden).gather(1, words.unsqueeze(1)).mean().item<float>();

        Assert.Equal(expected, softmax.Loss(hidden, words).item<float>(), 1e-5f);
    }

    [Fact]
    public void Embedding_IsTheVectorThatTheSoftmaxScoresWith()
    {
        using DisposeScope scope = NewDisposeScope();
        TiedAdaptiveSoftmax softmax = Create(10, 25);

        // A score is hidden . vector + bias, and biases start at zero: probing with unit vectors reads a word's vector,
        // up to what all words of its cluster share.
        Tensor words = tensor(new long[] { 2, 7, 12, 20, 40, 49 });
        Tensor vectors = softmax.call(words) / Math.Sqrt(Width);
        Tensor scores = softmax.LogProbabilities(eye(Width)) - softmax.LogProbabilities(zeros(1, Width));
        float[] Difference(int left, int right) => (scores.select(1, words[left].item<long>()) - scores.select(1, words[right].item<long>())).data<float>().ToArray();

        foreach ((int left, int right) in new[] { (0, 1), (2, 3), (4, 5) })
        {
            float[] expected = (vectors[left] - vectors[right]).data<float>().ToArray();
            Assert.All(expected.Zip(Difference(left, right)), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void Embedding_KeepsTheShapeOfTheWords()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor words = tensor(new long[] { 1, 49, 12, 3, 3, 26 }, [2, 3]);

        Tensor vectors = Create(10, 25).call(words);

        Assert.Equal([2, 3, Width], vectors.shape);
        Assert.Equal(vectors[1, 0].data<float>().ToArray(), vectors[1, 1].data<float>().ToArray());
    }

    [Fact]
    public void EveryParameter_GetsAGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        TiedAdaptiveSoftmax softmax = Create(10, 25);
        Tensor words = arange(0, Words, dtype: ScalarType.Int64);

        softmax.Loss(softmax.call(words), words).backward();

        Assert.All(softmax.named_parameters(), parameter => Assert.True(parameter.parameter.grad!.abs().sum().item<float>() > 0, parameter.name));
    }

    [Fact]
    public void StartFromCounts_MakesEachWordAsProbableAsItIsFrequent()
    {
        using DisposeScope scope = NewDisposeScope();
        TiedAdaptiveSoftmax softmax = Create(10, 25);
        long[] counts = [.. Enumerable.Range(0, Words).Select(word => 999L - 20 * word)];

        softmax.StartFrom(counts);

        // A hidden vector of zeros leaves the biases alone.
        float[] probabilities = softmax.LogProbabilities(zeros(1, Width)).exp().data<float>().ToArray();
        double all = counts.Sum() + Words;
        Assert.All(probabilities.Zip(counts), pair => Assert.Equal((pair.Second + 1) / all, pair.First, 1e-6));
    }

    [Fact]
    public void RarerClusters_HaveNarrowerVectors()
    {
        TiedAdaptiveSoftmax softmax = Create(10, 25);

        long elements = softmax.parameters().Sum(parameter => parameter.numel());

        // Vectors of 16, 8 and 4, a widening map for the latter two, a bias a word; two rows and biases for the clusters.
        Assert.Equal((10 * 16) + (15 * 8) + (25 * 4) + (8 * 16) + (4 * 16) + Words + (2 * 16) + 2, elements);
    }

    private static TiedAdaptiveSoftmax Create(params int[] cutoffs)
    {
        manual_seed(3);
        return new TiedAdaptiveSoftmax(Words, Width, cutoffs);
    }
}
