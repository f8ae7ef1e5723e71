namespace Deq.Samples.Baselines;

/// <summary>Each word as probable as it is frequent in the training text, with one added to each count so that none is zero.</summary>
internal sealed class Unigram : ILanguageModel
{
    private readonly double[] probabilities;

    public Unigram(ReadOnlySpan<int> text, int vocabulary)
    {
        probabilities = new double[vocabulary];
        Array.Fill(probabilities, 1.0);
        foreach (int word in text) probabilities[word]++;
        for (int word = 0; word < vocabulary; word++) probabilities[word] /= text.Length + (double)vocabulary;
    }

    public double Probability(int before, int last, int word) => probabilities[word];
}
