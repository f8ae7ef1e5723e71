using Deq.Samples.Transformer;
using TorchSharp;
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
        ["two stacked layers"] = Small with { ExplicitLayers = 2 },
        ["two stacked layers, pre-LN"] = Small with { ExplicitLayers = 2, Norm = NormPlacement.Pre },
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
        model.Equilibrium!.StackedApplications = 60;
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
            model.Apply(Tight with { Solver = solver });
            Assert.True((model.call(words) - anderson).abs().max().item<float>() < 1e-4, solver);
        }
    }

    [Fact]
    public void Settings_ReachTheLayer()
    {
        LanguageModel model = Create("post-LN, residual from the input");

        model.Apply(new SolveSettings { Solver = "broyden", Limit = 5, Tolerance = 0.5, BackwardLimit = 3, BackwardTolerance = 0.1 }, gamma: 2, frequency: 1);

        IEquilibriumLayer layer = Assert.Single(model.EquilibriumLayers());
        Assert.IsType<Deq.Solvers.Broyden>(layer.Options.Solver);
        Assert.Equal((5, 0.5, 3, 0.1), (layer.Options.MaxEvaluations, layer.Options.Tolerance, layer.Options.BackwardMaxEvaluations, layer.Options.BackwardTolerance));
        Assert.Equal((2, 1), (layer.Options.JacobianGamma, layer.Options.JacobianFrequency));
    }

    [Fact]
    public void Penalty_IsDrawnWhereGammaIsPositiveOnly()
    {
        using DisposeScope scope = NewDisposeScope();
        LanguageModel model = Create("post-LN, residual from the input");
        Tensor words = RandomWords();

        model.Loss(words, words);
        Assert.Equal(0, model.JacobianPenalty().item<float>());
        model.Apply(Tight, gamma: 1, frequency: 1);
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
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Twin_HasAsManyParameters(int layers)
    {
        ModelSettings settings = new() { Width = 64, FeedForward = 256 };
        using var model = new LanguageModel(settings, Words);
        using var twin = new LanguageModel(Twin.Of(settings, layers), Words);

        Assert.Null(twin.Equilibrium);
        Assert.InRange(twin.ParameterCount, model.ParameterCount * 0.99, model.ParameterCount * 1.01);
    }

    [Fact]
    public void TwinWithMoreLayersThanTheParametersAllow_IsRefused()
    {
        var exception = Assert.Throws<Deq.Samples.SampleException>(() => Twin.Of(Small, 20));
        Assert.Contains("--explicit 20", exception.Message);
    }

    /// <param name="form">One of <see cref="Forms"/>.</param>
    /// <param name="damp">Halves all maps, so that the block is a contraction and plain iteration converges.</param>
    private static LanguageModel Create(string form, bool damp = false)
    {
        manual_seed(7);
        var model = new LanguageModel(Settings[form], Words);
        model.Apply(Tight);
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
}
