using Deq.Samples.Data;
using Deq.Samples.Language;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>A language model and a text small enough to train in a test.</summary>
internal static class SmallLanguage
{
    public const string Kind = "small";

    public static LanguageSettings Settings { get; } = new()
    {
        Model = new ModelSettings { Width = 16, Heads = 2, FeedForward = 32, Sequence = 8, Cutoffs = [5] },
        Batch = 4,
        Steps = 60,
        PretrainSteps = 10,
        WarmUpSteps = 5,
        LearningRate = 1e-2,
    };

    public static LanguageTask Create(LanguageSettings settings)
    {
        Corpus corpus = RepeatingCorpus();
        manual_seed(settings.Seed);
        var model = new LanguageModel(settings.Model, corpus.Vocabulary.Count);
        settings.Solve.Apply(model, settings.Gamma, settings.Frequency);
        return new LanguageTask("test", Kind, model, LanguageDescription.Of(settings, settings.Model, corpus), corpus, settings.Seed);
    }

    private static Corpus RepeatingCorpus()
    {
        var vocabulary = new Vocabulary(["a", "b", "c", "d", "e", "f", "g", "h", "<unk>"]);
        int[] Text(int length) => [.. Enumerable.Range(0, length).Select(i => (i * i + i / 3) % 9 % 8)];
        return new Corpus("repeating", vocabulary, Text(2000), Text(200), Text(200));
    }
}
