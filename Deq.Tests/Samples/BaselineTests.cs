using Deq.Samples.Baselines;
using Deq.Samples.Data;

namespace Deq.Tests.Samples;

public class BaselineTests
{
    private const int Words = 40;

    [Fact]
    public void Trigram_ProbabilitiesSumToOneAfterEveryContext()
    {
        var model = new KneserNeyTrigram(RandomText(3000), Words);

        for (int before = 0; before < Words; before += 3)
        {
            for (int last = 0; last < Words; last++)
            {
                double sum = Enumerable.Range(0, Words).Sum(word => model.Probability(before, last, word));
                Assert.Equal(1, sum, 1e-12);
            }
        }
    }

    [Fact]
    public void Trigram_GivesWordsAndContextsNeverSeenAShareAboveZero()
    {
        // The words 38 and 39 never occur.
        var model = new KneserNeyTrigram([.. RandomText(500).Select(word => word % 38)], Words);

        Assert.True(model.Probability(39, 38, 39) > 0);
        Assert.True(model.Probability(0, 1, 39) > 0);
        Assert.Equal(1, Enumerable.Range(0, Words).Sum(word => model.Probability(39, 38, word)), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Trigram_OfATextOfAFewWords_IsStillADistribution(int length)
    {
        var model = new KneserNeyTrigram(RandomText(length), Words);
        Assert.Equal(1, Enumerable.Range(0, Words).Sum(word => model.Probability(1, 2, word)), 1e-12);
    }

    [Fact]
    public void Trigram_AgreesWithTheFormulaOnASmallText()
    {
        // Text: a b a b a c. Too few n-grams occur twice for an estimate of the unigrams' discounts, so they are 0.75.
        const int a = 0, b = 1, c = 2;
        var model = new KneserNeyTrigram([a, b, a, b, a, c], 3);

        // Distinct bigrams ab, ba, ac: each word follows one other; 3 in all.
        double word = (1 - 0.75) / 3 + 3 * 0.75 / 3 / 3;
        // Distinct trigrams aba, bab, bac: after a come b and c once each.
        double bigram = (1 - 0.75) / 2 + 2 * 0.75 / 2 * word;
        // Trigrams: aba twice, bab once, bac once; counts of counts 2, 1, 0, 0 give y = 1/2, discounts 1 - 1/2, 2, none.
        double trigram = (1 - 0.5) / 2 + 2 * 0.5 / 2 * bigram;
        Assert.Equal(trigram, model.Probability(b, a, c), 1e-14);
    }

    [Fact]
    public void Unigram_IsTheRelativeFrequencyWithOneAdded()
    {
        var model = new Unigram([0, 0, 1], 3);

        Assert.Equal(3.0 / 6, model.Probability(1, 1, 0), 1e-15);
        Assert.Equal(2.0 / 6, model.Probability(1, 1, 1), 1e-15);
        Assert.Equal(1.0 / 6, model.Probability(1, 1, 2), 1e-15);
    }

    [Fact]
    public void Perplexity_OfAUniformModel_IsTheNumberOfWords()
    {
        var uniform = new Unigram([], 17);
        Assert.Equal(17, uniform.Perplexity([3, 1, 4, 1, 5]), 1e-12);
    }

    [Fact]
    public void ShippedCorpus_GivesTheDocumentedPerplexities()
    {
        Corpus corpus = StateOfTheUnion.Read();

        Assert.Equal(575.2, new Unigram(corpus.Train, corpus.Vocabulary.Count).Perplexity(corpus.Test), 0.1);
        Assert.Equal(95.4, new KneserNeyTrigram(corpus.Train, corpus.Vocabulary.Count).Perplexity(corpus.Test), 0.1);
    }

    /// <summary>Words with a Zipf-like frequency, each likelier after its neighbour.</summary>
    private static int[] RandomText(int length)
    {
        var random = new Random(11);
        var text = new int[length];
        for (int i = 0; i < length; i++)
        {
            int drawn = (int)(Words * Math.Pow(random.NextDouble(), 3));
            text[i] = i > 0 && random.Next(3) == 0 ? (text[i - 1] + 1) % Words : drawn;
        }

        return text;
    }
}
