using System.Diagnostics;
using Deq.Samples.Data;
using Deq.Samples.Report;

namespace Deq.Samples.Baselines;

/// <summary>The models of counts that a neural one has to stand beside, on the same splits.</summary>
internal static class CountModels
{
    /// <summary>Tokens up to which trigrams are counted; each takes tens of bytes, and a hundred million would take longer than they tell.</summary>
    public const int MostTokens = 20_000_000;

    /// <returns>Nothing where the training text is longer than <see cref="MostTokens"/>.</returns>
    public static IReadOnlyList<ResultRow> Measure(Corpus corpus) => corpus.Train.Length > MostTokens ? [] :
    [
        Measure("unigram", corpus, () => new Unigram(corpus.Train, corpus.Vocabulary.Count)),
        Measure("Kneser-Ney trigram", corpus, () => new KneserNeyTrigram(corpus.Train, corpus.Vocabulary.Count)),
    ];

    private static ResultRow Measure(string name, Corpus corpus, Func<ILanguageModel> build)
    {
        var watch = Stopwatch.StartNew();
        ILanguageModel model = build();
        return new ResultRow(name)
        {
            Validation = model.Perplexity(corpus.Validation),
            Test = model.Perplexity(corpus.Test),
            Examples = corpus.Train.Length,
            Time = watch.Elapsed,
        };
    }
}
