using Deq.Samples.Data;
using Deq.Samples.Language;
using Deq.Samples.Report;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>What a language model is judged by: the mean over words, of the right text, in eval mode, with its memory.</summary>
public sealed class LanguageEvaluationTests : IDisposable
{
    private const int Words = 12, Length = 8;

    // Applications rather than a solve: the same numbers however the text is cut into batches.
    private static readonly ModelSettings Small = new() { Width = 8, Heads = 2, FeedForward = 12, Sequence = Length, Cutoffs = [5], TiedLayers = 2 };

    private readonly DisposeScope scope = NewDisposeScope();

    public LanguageEvaluationTests() => manual_seed(4);

    public void Dispose() => scope.Dispose();

    /// <summary>Two whole segments and a rest of three words: asked word by word, each with the words of its segment before it.</summary>
    [Fact]
    public void Perplexity_IsOfTheMeanOverAllWordsButTheFirst_WithNothingDropped()
    {
        using var model = new LanguageModel(Small with { Dropout = 0.5, InputDropout = 0.5 }, Words);
        int[] text = Text(1 + 2 * Length + 3, seed: 1);
        model.eval();
        var surprises = new List<double>();
        using (no_grad())
        {
            for (int target = 1; target < text.Length; target++)
            {
                int first = (target - 1) / Length * Length;
                long[] context = [.. text[first..target].Select(word => (long)word)];
                surprises.Add(-model.NextLogProbabilities(tensor(context, [1, context.Length]))[text[target]].item<float>());
            }
        }

        model.train();
        double perplexity = Evaluation.Measure(model, text).Perplexity;

        Assert.Equal(Math.Exp(surprises.Average()), perplexity, 1e-4 * perplexity);
        Assert.True(model.training, "the mode it was in");
    }

    /// <summary>Rows side by side, each remembering what it read, against one row at a time.</summary>
    [Fact]
    public void ModelWithMemory_RemembersAlongEachRowOfTheText()
    {
        using var model = new LanguageModel(Small with { Memory = Length, Reach = 0 }, Words);
        int[] text = Text(1 + 32 * 20 + 5, seed: 2);
        model.eval();
        double sum = 0;
        using (no_grad())
        {
            for (int row = 0; row < 32; row++)
            {
                Tensor? memory = null;
                foreach (int from in new[] { 0, 8, 16 }) sum += Surprise(row * 20 + from, Math.Min(Length, 20 - from), ref memory);
            }

            Tensor? none = null;
            sum += Surprise(32 * 20, 5, ref none);
        }

        double Surprise(int from, int length, ref Tensor? memory)
        {
            long[] Part(int start) => [.. text[start..(start + length)].Select(word => (long)word)];
            return length * (double)model.Loss(tensor(Part(from), [1, length]), tensor(Part(from + 1), [1, length]), ref memory).item<float>();
        }

        double perplexity = Evaluation.Measure(model, text).Perplexity;

        Assert.Equal(Math.Exp(sum / (text.Length - 1)), perplexity, 1e-4 * perplexity);
    }

    [Fact]
    public void RowOfTheTable_HasThePerplexityOfEachSplit()
    {
        using var model = new LanguageModel(Small, Words);
        Corpus corpus = Corpus(60, 40, 50);

        ResultRow row = LanguageRun.Evaluate("model", model, corpus);

        Assert.Equal(Evaluation.Measure(model, corpus.Validation).Perplexity, row.Validation);
        Assert.Equal(Evaluation.Measure(model, corpus.Test).Perplexity, row.Test);
        Assert.NotEqual(row.Validation, row.Test);
    }

    [Fact]
    public void WhileTraining_TheValidationTextIsLookedAt()
    {
        Corpus corpus = Corpus(60, 40, 50);
        using LanguageTask task = Task(Small, corpus, batch: 2);

        Assert.Equal(Evaluation.Measure((LanguageModel)task.Model, corpus.Validation).Perplexity, task.Evaluate());
        Assert.NotEqual(Evaluation.Measure((LanguageModel)task.Model, corpus.Train).Perplexity, task.Evaluate());
    }

    /// <summary>Eight stretches of 2048 words, an eighth of the text apart.</summary>
    [Fact]
    public void OfALongValidationText_StretchesSpreadOverItAreLookedAt()
    {
        Corpus corpus = Corpus(60, 24_000, 50);
        using LanguageTask task = Task(Small with { Width = 4, FeedForward = 4 }, corpus, batch: 2);
        int[] spread = [.. Enumerable.Range(0, 8).SelectMany(stretch => corpus.Validation[(stretch * 3000)..(stretch * 3000 + 2048)])];

        Assert.Equal(Evaluation.Measure((LanguageModel)task.Model, spread).Perplexity, task.Evaluate());
    }

    /// <summary>Two passes over the text: each batch after the memory of the one before, the first of a pass after none.</summary>
    [Fact]
    public void BatchesOfATrainingWithMemory_GoOnAfterTheOneBefore()
    {
        const int batch = 2, passes = 2;
        Corpus corpus = Corpus(1 + batch * 3 * Length, 40, 40);
        ModelSettings settings = Small with { Memory = 6, Reach = 0 };
        using LanguageTask task = Task(settings, corpus, batch);
        var model = (LanguageModel)task.Model;
        var segments = new ContiguousSegments(corpus.Train, batch, Length, seed: 1);

        Tensor? memory = null;
        for (int step = 1; step <= passes * 3; step++)
        {
            Segment segment = segments.Next();
            (Tensor words, Tensor next) = segment.ToTensors(CPU);
            if (step == 4) memory = null;
            float expected = model.Loss(words, next, ref memory).item<float>(), given;
            using (NewDisposeScope()) given = task.NextBatch(step).Loss.item<float>();
            Assert.Equal(expected, given);
        }
    }

    /// <summary>DEQ paper, appendix: two applications, from zero.</summary>
    [Fact]
    public void PretrainingSteps_ApplyTheBlockTwice()
    {
        Corpus corpus = Corpus(200, 40, 40);
        ModelSettings settings = Small with { TiedLayers = 0 };
        using LanguageTask pretrained = Task(settings, corpus, batch: 2, pretrain: 1), twice = Task(settings with { TiedLayers = 2 }, corpus, batch: 2);
        pretrained.Model.load_state_dict(twice.Model.state_dict());

        Assert.Equal(twice.NextBatch(1).Loss.item<float>(), pretrained.NextBatch(1).Loss.item<float>());
    }

    [Fact]
    public void TiedLayers_AreSoManyApplicationsOfTheCell()
    {
        using var equilibrium = new LanguageModel(Small with { TiedLayers = 0 }, Words);
        Tensor words = randint(0, Words, [2, Length], ScalarType.Int64);
        foreach (int layers in new[] { 1, 3, 5 })
        {
            using var tied = new LanguageModel(Small with { TiedLayers = layers }, Words);
            tied.load_state_dict(equilibrium.state_dict());
            equilibrium.UseStackedApplications(layers);

            Assert.Equal(0, (equilibrium.call(words) - tied.call(words)).abs().max().item<float>());
        }
    }

    private static LanguageTask Task(ModelSettings model, Corpus corpus, int batch, int pretrain = 0)
    {
        var settings = new LanguageSettings { Model = model, Batch = batch, PretrainSteps = pretrain };
        manual_seed(9);
        return new LanguageTask("test", "test", new LanguageModel(model, Words), LanguageDescription.Of(settings, model, corpus), corpus, seed: 1);
    }

    private static Corpus Corpus(int train, int validation, int test) =>
        new("drawn", new Vocabulary([.. Enumerable.Range(1, Words - 1).Select(i => $"w{i}"), "<unk>"]), Text(train, 11), Text(validation, 12), Text(test, 13));

    private static int[] Text(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Words))];
    }
}
