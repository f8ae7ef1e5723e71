using Deq.Samples.Data;

namespace Deq.Tests.Samples;

public class StateOfTheUnionTests
{
    [Fact]
    public void ShippedCorpus_HasTheDocumentedSizes()
    {
        Corpus corpus = StateOfTheUnion.Read();

        Assert.Equal(15_666, corpus.Vocabulary.Count);
        Assert.Equal(1_847_321, corpus.Train.Length);
        Assert.Equal(101_953, corpus.Validation.Length);
        Assert.Equal(97_633, corpus.Test.Length);
    }

    [Fact]
    public void Vocabulary_IsOrderedByFrequency()
    {
        Corpus corpus = StateOfTheUnion.Read();

        var counts = new int[corpus.Vocabulary.Count];
        foreach (int word in corpus.Train) counts[word]++;

        Assert.Equal(counts.OrderDescending(), counts);
        Assert.All(counts, count => Assert.True(count >= 3));
    }

    [Fact]
    public void Split_TakesTheTenthAndTheTwentiethOfEachTwenty()
    {
        // Each text says its own index often enough to be a word of the vocabulary wherever it lands.
        Speech[] speeches = [.. Enumerable.Range(0, 45).Select(index => new Speech($"{index:00}", "a b c d"))];
        speeches[9] = new Speech("09", "a a");
        speeches[19] = new Speech("19", "b b");
        speeches[29] = new Speech("29", "a");
        speeches[39] = new Speech("39", "b");

        Corpus corpus = StateOfTheUnion.Split(speeches);

        Assert.Equal(["a", "a", "a"], corpus.Validation.Select(word => corpus.Vocabulary[word]));
        Assert.Equal(["b", "b", "b"], corpus.Test.Select(word => corpus.Vocabulary[word]));
        Assert.Equal(41 * 4, corpus.Train.Length);
    }

    [Fact]
    public void Prose_IsCutIntoWordsNumbersSignsAndSentenceEnds()
    {
        var tokens = new List<string>();
        ProseTokens.Visit("Don’t pay $1,234.50 — the Nation's “debt”. Why? Café!", token => tokens.Add(token.ToString()));

        Assert.Equal(
            ["Don't", "pay", "$", "1,234.50", "—", "the", "Nation's", "\"", "debt", "\"", ".", "<eos>", "Why", "?", "<eos>", "Café", "!", "<eos>"],
            tokens);
    }
}
