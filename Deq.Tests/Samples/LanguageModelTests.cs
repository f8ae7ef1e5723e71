using Deq.Samples.Language;
using Deq.Samples.Training;
using Deq.Samples.Trellis;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class LanguageModelTests
{
    private const int Words = 30, Batch = 3, Length = 6;

    private static readonly ModelSettings Small = new() { Width = 16, Heads = 2, FeedForward = 24, Sequence = Length, Cutoffs = [10, 20] };

    private static readonly SolveSettings Tight = new() { Tolerance = 1e-6, Limit = 200, BackwardTolerance = 1e-6, BackwardLimit = 200 };

    public static TheoryData<string> Forms => [.. Settings.Keys];

    private static Dictionary<string, ModelSettings> Settings => new()
    {
        ["post-LN, residual from the input"] = Small,
        ["post-LN, residual from the state"] = Small with { Residual = FirstResidual.State },
        ["pre-LN, residual from the input"] = Small with { Norm = NormPlacement.Pre },
        ["weight norm"] = Small with { WeightNorm = true },
        ["dropout"] = Small with { Dropout = 0.2 },
        ["two stacked layers"] = Small with { StackedLayers = 2 },
        ["two stacked layers, pre-LN"] = Small with { StackedLayers = 2, Norm = NormPlacement.Pre },
        ["three tied layers"] = Small with { TiedLayers = 3 },
        ["no convolution, softmax of its own"] = Small with { Reach = 0, Untied = true, Cutoffs = [] },
        ["reversible"] = Small with { Reversible = new ReversibleForm() },
        ["RevDEQ's cell"] = Small with { Cell = CellKind.RevDeq, Reversible = new ReversibleForm() },
        ["TrellisNet"] = Small with { Trellis = new TrellisSettings { Hidden = 20 } },
        ["TrellisNet narrower than the words"] = Small with { Trellis = new TrellisSettings { Hidden = 6 }, WeightNorm = true },
        ["two stacked TrellisNet layers"] = Small with { Trellis = new TrellisSettings { Hidden = 20 }, StackedLayers = 2 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Output_IsOneVectorAWord(string form)
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal([Batch, Length, Small.Width], Create(form).call(RandomWords()).shape);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryParameter_GetsAGradient(string form)
    {
        using DisposeScope scope = NewDisposeScope();
        LanguageModel model = Create(form);
        Tensor words = arange(0, Words, dtype: ScalarType.Int64).view(5, 6);

        model.Loss(words, words.flip(0)).BackwardOrThrow();

        Assert.All(model.named_parameters(), parameter =>
            Assert.True(parameter.parameter.grad is { } gradient && gradient.abs().sum().item<float>() > 0, parameter.name));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Word_ChangesNothingBeforeIt(string form)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        LanguageModel model = Create(form);
        model.eval();
        Tensor words = RandomWords(), changed = words.clone();
        changed.select(1, 3).copy_((words.select(1, 3) + 1) % Words);

        Tensor difference = (model.call(words) - model.call(changed)).abs().amax([0, 2]);

        Assert.All(difference.narrow(0, 0, 3).data<float>().ToArray(), before => Assert.Equal(0, before, 1e-4f));
        Assert.All(difference.narrow(0, 3, 3).data<float>().ToArray(), after => Assert.True(after > 1e-3));
    }

    [Theory]
    [InlineData("post-LN, residual from the input")]
    [InlineData("weight norm")]
    [InlineData("pre-LN, residual from the input")]
    public void ImplicitGradient_IsThatOfManyStackedApplications(string form)
    {
        using DisposeScope scope = NewDisposeScope();
        LanguageModel model = Create(form, damp: true);
        Tensor words = RandomWords(), next = RandomWords();

        model.Loss(words, next).BackwardOrThrow();
        Tensor[] implicitly = [.. model.parameters().Select(parameter => parameter.grad!.clone())];
        model.zero_grad();
        model.UseStackedApplications(60);
        model.Loss(words, next).BackwardOrThrow();

        foreach (((string name, var parameter), Tensor gradient) in model.named_parameters().Zip(implicitly))
        {
            double difference = (parameter.grad! - gradient).norm().item<float>() / (parameter.grad!.norm().item<float>() + 1e-6);
            Assert.True(difference < 2e-3, $"{name}: {difference:g3}");
        }
    }

    [Fact]
    public void Solvers_AgreeOnTheEquilibrium()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        LanguageModel model = Create("post-LN, residual from the input", damp: true);
        Tensor words = RandomWords();

        Tensor anderson = model.call(words);
        foreach (string solver in new[] { "broyden", "picard" })
        {
            (Tight with { Solver = solver }).Apply(model);
            Assert.True((model.call(words) - anderson).abs().max().item<float>() < 1e-4, solver);
        }
    }

    [Fact]
    public void Settings_ReachTheLayer()
    {
        LanguageModel model = Create("post-LN, residual from the input");

        var settings = new SolveSettings
        {
            Solver = "broyden",
            Limit = 5,
            Tolerance = 0.5,
            BackwardLimit = 3,
            BackwardTolerance = 0.1,
            GradientSteps = 4,
        };
        settings.Apply(model, gamma: 2, frequency: 1);

        IEquilibriumLayer layer = Assert.Single(model.EquilibriumLayers());
        Assert.IsType<Deq.Solvers.Broyden>(layer.Options.Solver);
        Assert.Equal((5, 0.5, 3, 0.1), (layer.Options.MaxEvaluations, layer.Options.Tolerance, layer.Options.BackwardMaxEvaluations, layer.Options.BackwardTolerance));
        Assert.Equal((2, 1), (layer.Options.JacobianGamma, layer.Options.JacobianFrequency));

        // Without an adjoint solve there is nothing that its limits could reach.
        (settings with { Gradient = GradientMode.Phantom }).Apply(model, gamma: 2, frequency: 1);
        Assert.Equal((GradientMode.Phantom, 4), (layer.Options.Gradient, layer.Options.GradientSteps));
        Assert.Equal((5, null, null), (layer.Options.MaxEvaluations, layer.Options.BackwardMaxEvaluations, layer.Options.BackwardTolerance));
    }

    [Fact]
    public void Penalty_IsDrawnWhereGammaIsPositiveOnly()
    {
        using DisposeScope scope = NewDisposeScope();
        LanguageModel model = Create("post-LN, residual from the input");
        Tensor words = RandomWords();

        model.Loss(words, words);
        Assert.Equal(0, model.JacobianPenalty().item<float>());
        Tight.Apply(model, gamma: 1, frequency: 1);
        model.Loss(words, words);
        Assert.True(model.JacobianPenalty().item<float>() > 0);
    }

    [Fact]
    public void NextLogProbabilities_AreThoseOfTheLastWord()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        LanguageModel model = Create("post-LN, residual from the input");
        model.eval();

        Tensor logProbabilities = model.NextLogProbabilities(tensor(new long[] { 4, 7, 1 }, [1, 3]));

        Assert.Equal([Words], logProbabilities.shape);
        Assert.Equal(1, logProbabilities.exp().sum().item<float>(), 1e-5f);
        // The loss is a mean over three words, of which the last alone changes: three times the change is that of its surprise.
        double Loss(long last) => model.Loss(tensor(new long[] { 4, 7, 1 }, [1, 3]), tensor(new long[] { 7, 1, last }, [1, 3])).item<float>();
        double none = Loss(0);
        for (long word = 1; word < Words; word++)
            Assert.Equal((logProbabilities[word] - logProbabilities[0]).item<float>(), 3 * (none - Loss(word)), 1e-4);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(5, true)]
    public void StackedTwin_HasAsManyParameters(int layers, bool trellis)
    {
        ModelSettings settings = new() { Width = 64, FeedForward = 256, Trellis = trellis ? new TrellisSettings { Hidden = 96 } : null, WeightNorm = trellis };
        using var model = new LanguageModel(settings, Words);
        using var twin = new LanguageModel(Twin.Stacked(settings, layers), Words);

        Assert.False(twin.IsEquilibrium);
        Assert.InRange(twin.ParameterCount, model.ParameterCount * 0.98, model.ParameterCount * 1.02);
    }

    [Fact]
    public void TiedTwin_HasTheVeryParameters()
    {
        using var model = new LanguageModel(Small, Words);
        using var twin = new LanguageModel(Twin.Tied(Small, 4), Words);

        Assert.Equal(model.named_parameters().Select(named => (named.name, named.parameter.numel())), twin.named_parameters().Select(named => (named.name, named.parameter.numel())));
        Assert.False(twin.IsEquilibrium);
    }

    public static TheoryData<string, bool> Remembering => new()
    {
        { "post-LN, residual from the input", true },
        { "pre-LN, residual from the input", true },
        { "two stacked layers", false },
        { "two stacked layers, pre-LN", false },
        { "TrellisNet", false },
        { "TrellisNet narrower than the words", false },
        { "two stacked TrellisNet layers", false },
    };

    /// <summary>
    /// A TrellisNet's state carries on as it is, so segments are read as the whole. A Transformer's words see what was remembered as it was,
    /// which in the whole they see as well: states of earlier words do not depend on later ones. What is remembered of several segments has the oldest first.
    /// </summary>
    [Theory]
    [MemberData(nameof(Remembering))]
    public void TextInSegmentsWithMemory_IsReadAsInOne(string form, bool damp)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        // The convolution before the body would not know the words before the segment.
        LanguageModel model = Create(form, damp, settings => settings with { Memory = Length, Reach = 0 });
        model.eval();
        Tensor words = RandomWords(), next = RandomWords();
        double whole = model.Loss(words, next).item<float>(), last = 0;

        foreach (int segment in new[] { 2, 4 })
        {
            Tensor? memory = null;
            double sum = 0;
            for (int from = 0; from < Length; from += segment)
            {
                int length = Math.Min(segment, Length - from);
                last = model.Loss(words.narrow(1, from, length), next.narrow(1, from, length), ref memory).item<float>();
                sum += length * last;
            }

            Assert.Equal(whole, sum / Length, 1e-4);
        }

        const int rest = Length % 4;
        double forgetful = model.Loss(words.narrow(1, Length - rest, rest), next.narrow(1, Length - rest, rest)).item<float>();
        Assert.True(Math.Abs(last - forgetful) > 1e-4, "the memory changes nothing");
    }

    [Theory]
    [InlineData("post-LN, residual from the input")]
    [InlineData("two stacked layers")]
    [InlineData("TrellisNet")]
    public void Memory_IsNoLongerThanAskedFor_AndOnNoTape(string form)
    {
        using DisposeScope scope = NewDisposeScope();
        LanguageModel model = Create(form, change: settings => settings with { Memory = 4 });
        Tensor? memory = null;

        for (int i = 0; i < 3; i++) model.Loss(RandomWords(), RandomWords(), ref memory);

        Assert.InRange(memory!.shape[1], 1, 4);
        Assert.Equal(Batch, memory.shape[0]);
        Assert.False(memory.requires_grad);
    }

    [Theory]
    [InlineData("reversible")]
    [InlineData("RevDEQ's cell")]
    public void ReversibleGradient_IsThatOfItsStepsUnrolled(string form)
    {
        using DisposeScope scope = NewDisposeScope();
        LanguageModel model = Create(form, change: settings => settings with { Reversible = new ReversibleForm { Beta = 0.5, Steps = 3, Tolerance = 1e-12 } });
        Tensor words = RandomWords(), next = RandomWords();
        Parameter vectors = model.get_parameter(form == "reversible" ? "body.injection.bias" : "body.positions.weight")!;

        model.Loss(words, next).BackwardOrThrow();

        // Central differences along one direction: in float32 a step of 1e-2 leaves about three digits.
        Tensor direction = randn(vectors.shape);
        double slope = (vectors.grad! * direction).sum().item<float>();
        double At(double step)
        {
            using IDisposable untaped = no_grad();
            using Tensor moved = direction * step;
            vectors.add_(moved);
            double loss = model.Loss(words, next).item<float>();
            vectors.sub_(moved);
            return loss;
        }

        double difference = (At(1e-2) - At(-1e-2)) / 2e-2;
        Assert.Equal(difference, slope, 0.02 * Math.Abs(difference) + 1e-3);
    }

    [Fact]
    public void TwinWithMoreLayersThanTheParametersAllow_IsRefused()
    {
        var exception = Assert.Throws<Deq.Samples.SampleException>(() => Twin.Stacked(Small, 20));
        Assert.Contains("--explicit 20", exception.Message);
    }

    /// <param name="form">One of <see cref="Forms"/>.</param>
    /// <param name="damp">Halves all maps, so that the block is a contraction and plain iteration converges.</param>
    /// <param name="change">Changes its settings; null for none.</param>
    private static LanguageModel Create(string form, bool damp = false, Func<ModelSettings, ModelSettings>? change = null)
    {
        manual_seed(7);
        var model = new LanguageModel(change?.Invoke(Settings[form]) ?? Settings[form], Words);
        Tight.Apply(model);
        if (damp)
        {
            using IDisposable untaped = no_grad();
            foreach ((string name, var parameter) in model.named_parameters())
            {
                // With weight norm the length is in weight_g alone.
                if (name.Contains("attention") && !name.EndsWith("weight_v")) parameter.mul_(0.5);
            }
        }

        return model;
    }

    private static Tensor RandomWords() => randint(0, Words, [Batch, Length], dtype: ScalarType.Int64);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SmallStart_DrawsEveryLinearMapOfTheBodyWithADeviationOfOneHundredth(bool weightNorm)
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        using var model = new LanguageModel(new ModelSettings { Width = 32, Heads = 2, FeedForward = 64, Reach = 0, WeightNorm = weightNorm, SmallStart = true }, vocabulary: 40);

        Tensor[] maps = [.. model.named_parameters()
            .Where(named => !named.name.StartsWith("softmax") && named.parameter.dim() == 2 && named.parameter.shape[1] > 1 && !named.name.EndsWith("weight_g"))
            .Select(named => named.parameter)];

        Assert.True(maps.Length >= 5);
        Assert.All(maps, map => Assert.Equal(0.01, map.std().ToDouble(), 0.0015));
        // v and g agree: what is computed with is v itself.
        foreach (var normalised in model.modules().OfType<Deq.Modules.WeightNorm>()) Assert.Equal(0.01, normalised.Weight.std().ToDouble(), 0.0015);
    }
}
