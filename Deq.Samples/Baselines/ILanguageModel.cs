namespace Deq.Samples.Baselines;

/// <summary>A model of counts that says how probable a word is after two others.</summary>
internal interface ILanguageModel
{
    /// <summary>P(word | before, last), where <paramref name="before"/> stands before <paramref name="last"/> in the text.</summary>
    double Probability(int before, int last, int word);
}

internal static class LanguageModelExtensions
{
    /// <summary>
    /// exp of the mean negative log-probability of every word of a text but its first,
    /// the words that the neural models are asked for too.
    /// </summary>
    public static double Perplexity(this ILanguageModel model, ReadOnlySpan<int> text)
    {
        double sum = 0;
        for (int i = 1; i < text.Length; i++)
        {
            // The second word has one word before it: that one stands for both, which no count knows better.
            int before = text[Math.Max(i - 2, 0)];
            sum -= Math.Log(model.Probability(before, text[i - 1], text[i]));
        }

        return Math.Exp(sum / (text.Length - 1));
    }
}
