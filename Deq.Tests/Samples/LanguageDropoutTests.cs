using Deq.Samples.Language;
using Deq.Samples.Trellis;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>Dropout around the equilibrium of a language model: of words, of their vectors, of what the softmax is given.</summary>
public sealed class LanguageDropoutTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public LanguageDropoutTests() => manual_seed(5);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void OfASequence_HasOneMaskForAllPositions()
    {
        var dropped = new SequenceDropout(0.5).call(ones(3, 7, 50));

        Assert.Equal([3L, 7, 50], dropped.shape);
        Assert.True(dropped.eq(0).logical_or(dropped.eq(2)).all().item<bool>());
        Assert.Equal(0, (dropped - dropped.narrow(1, 0, 1)).abs().max().item<float>());
        Assert.True((dropped[0] - dropped[1]).abs().max().item<float>() > 0, "every sequence has a mask of its own");
        // 150 entries: five standard deviations.
        Assert.InRange(dropped.narrow(1, 0, 1).mean().item<float>(), 0.6, 1.4);
    }

    [Fact]
    public void OfWords_DropsAWordWhereverItOccurs()
    {
        const int vocabulary = 40;
        var words = arange(vocabulary, ScalarType.Int64).repeat(2, 3);

        var kept = new WordDropout(vocabulary, 0.25).call(ones(2, 3 * vocabulary, 6), words);
        var byWord = kept.view(2, 3, vocabulary, 6);

        Assert.Equal([2L, 3 * vocabulary, 6], kept.shape);
        Assert.True(byWord.eq(0).logical_or((byWord - 4.0 / 3).abs().lt(1e-6)).all().item<bool>());
        Assert.Equal(0, (byWord - byWord[0, 0, .., 0].view(1, 1, vocabulary, 1)).abs().max().item<float>());
        Assert.InRange(byWord[0, 0, .., 0].eq(0).sum().item<long>(), 1, 24);
    }

    public static TheoryData<string> Forms => ["transformer", "trellis", "stacked", "revdeq"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void InEvalMode_NothingIsDropped_InTrainingItIs(string form)
    {
        ModelSettings plain = FormOf(form);
        using var model = new LanguageModel(plain with { InputDropout = 0.3, OutputDropout = 0.3, WordDropout = 0.2 }, 30);
        using var without = new LanguageModel(plain, 30);
        without.load_state_dict(model.state_dict());
        var words = randint(0, 30, [2, 6], ScalarType.Int64);

        model.eval();
        without.eval();
        Assert.Equal([2L, 6, 8], model.call(words).shape);
        Assert.Equal(0, (model.call(words) - without.call(words)).abs().max().item<float>());

        model.train();
        Assert.True((model.call(words) - model.call(words)).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void OfTheOutput_LeavesTheSoftmaxWholeChannels()
    {
        using var model = new LanguageModel(FormOf("transformer") with { OutputDropout = 0.5 }, 30);
        model.train();

        var zero = model.call(randint(0, 30, [4, 6], ScalarType.Int64)).eq(0);

        Assert.True(zero.any().item<bool>());
        Assert.True(zero.eq(zero.narrow(1, 0, 1)).all().item<bool>());
    }

    /// <summary>A description names what is set and nothing else: what was measured with models that have none of it is still theirs.</summary>
    [Fact]
    public void WhereNothingIsDropped_TheModelsDescriptionDoesNotNameIt()
    {
        string without = System.Text.Json.JsonSerializer.Serialize(FormOf("trellis")), with = System.Text.Json.JsonSerializer.Serialize(FormOf("trellis") with { InputDropout = 0.1 });

        Assert.DoesNotContain(nameof(ModelSettings.InputDropout), without);
        Assert.DoesNotContain(nameof(TrellisSettings.WeightDropout), without);
        Assert.Contains("\"InputDropout\":0.1", with);
    }

    private static ModelSettings FormOf(string form)
    {
        var small = new ModelSettings { Width = 8, Heads = 2, FeedForward = 16, Sequence = 6, Reach = 2, Cutoffs = [10] };
        return form switch
        {
            "trellis" => small with { WeightNorm = true, Trellis = new TrellisSettings { Hidden = 8 } },
            "stacked" => small with { StackedLayers = 2 },
            "revdeq" => small with { Cell = CellKind.RevDeq },
            _ => small,
        };
    }
}
