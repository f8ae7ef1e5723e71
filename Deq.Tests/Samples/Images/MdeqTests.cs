using Deq.Samples;
using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Images;

public class MdeqTests
{
    private static readonly MdeqSettings Small = new() { Input = new ImageShape(2, 9, 9), Classes = 3, Channels = [4, 8], Groups = 2, Expansion = 2 };

    public static TheoryData<string, int> Cells => new() { { "single", 2 }, { "single", 3 }, { "single", 4 }, { "residual", 2 }, { "residual", 3 }, { "residual", 4 } };

    [Theory]
    [MemberData(nameof(Cells))]
    public void EveryScale_HasHalfTheResolutionOfTheOneBefore(string cell, int scales)
    {
        MdeqSettings settings = Form(cell, scales) with { Input = new ImageShape(2, 21, 18), Downsamplings = 0 };
        using var scope = NewDisposeScope();
        manual_seed(1);
        var body = ScalesBody.Create(settings);

        Tensor[] states = body.call(randn(2, settings.Channels[0], 21, 18));

        long[][] expected = [[2, 4, 21, 18], [2, 8, 11, 9], [2, 16, 6, 5], [2, 32, 3, 3]];
        Assert.Equal(expected[..scales], states.Select(state => state.shape));
    }

    /// <summary>The cell's equilibrium as a plain function of all states side by side, against finite differences in float64.</summary>
    [Theory]
    [InlineData("single")]
    [InlineData("residual")]
    public void Gradient_IsTheTrueOne(string cell)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        // A smooth activation: at a kink of relu finite differences are of another function. Small weights, so that the solve converges.
        MdeqSettings settings = Form(cell, 2) with { Activation = Activation.Softplus, WeightNorm = cell == "residual" };
        var layer = new MultiscaleLayer(settings);
        foreach (var (name, parameter) in layer.named_parameters())
            if (parameter.dim() == 4 && !name.Contains("injections") && !name.EndsWith("weight_v")) using (no_grad()) parameter.mul_(0.2);
        layer.to(ScalarType.Float64);
        // The shifts of norms start at 0, where a difference relative to the leaf has a step of 1e-8: the solve's last digits would be all it shows.
        foreach (var (name, parameter) in layer.named_parameters())
            if (parameter.dim() == 1 && name.EndsWith("bias")) using (no_grad()) parameter.add_(randn_like(parameter) * 0.3);
        Tensor features = randn([2, 4, 5, 5], ScalarType.Float64).requires_grad_();
        Tensor[] shapes = layer.Inject(features);
        long[] sizes = [.. shapes.Select(state => state.numel() / 2)];

        Tensor Cell(Tensor packed)
        {
            Tensor[] states = [.. packed.split(sizes, 1).Select((part, scale) => part.reshape(shapes[scale].shape))];
            return cat([.. layer.Applied(states, layer.Inject(features)).Select(state => state.reshape(2, -1))], 1);
        }

        Tensor[] leaves = [features, .. layer.parameters().Where(parameter => parameter.numel() > 2).Take(6)];
        Equilibrium.CheckGradient(Cell, zeros([2, sizes.Sum()], ScalarType.Float64), leaves).ThrowIfWrong();
    }

    [Fact]
    public void DeclaredLayer_HasTheGradientOfItsUnrolledIteration()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var layer = new MultiscaleLayer(Form("single", 3) with { Activation = Activation.Softplus });
        foreach (var (name, parameter) in layer.named_parameters())
            if (parameter.dim() == 4 && !name.Contains("injections")) using (no_grad()) parameter.mul_(0.2);
        layer.to(ScalarType.Float64);
        layer.eval();
        layer.Options = layer.Options with { MaxEvaluations = 500, Tolerance = 1e-12, BackwardMaxEvaluations = 500, BackwardTolerance = 1e-11 };
        Tensor features = randn([2, 4, 9, 9], ScalarType.Float64).requires_grad_();
        Tensor[] weights = [.. layer.Inject(features).Select(state => randn_like(state))];

        Tensor Loss(Tensor[] states) => states.Zip(weights, (state, weight) => (state * weight).sum()).Aggregate((sum, term) => sum + term);
        Tensor declared = autograd.grad([Loss(layer.call(layer.Inject(features)))], [features])[0];
        Tensor unrolled = autograd.grad([Loss(layer.Applied(200, layer.Inject(features)))], [features])[0];

        Assert.True((declared - unrolled).norm().ToDouble() < 1e-7 * unrolled.norm().ToDouble());
    }

    [Theory]
    [InlineData("single", false)]
    [InlineData("residual", false)]
    [InlineData("residual", true)]
    public void ShortTraining_LowersTheLoss(string cell, bool papers)
    {
        MdeqSettings settings = Form(cell, 2) with { Channels = [8, 16] };
        if (papers) settings = settings with { Activation = Activation.Softplus, WeightNorm = true, Dropout = 0.1, HeadChannels = [2, 4], FinalChannels = 16 };

        double[] losses = SmallTraining.Losses(settings, new ImageSettings { Output = "", Images = 0, Batch = 16, LearningRate = 5e-3, WarmUpSteps = 0, Gamma = 1, Frequency = 0.5 }, steps: 40);

        Assert.True(losses[^8..].Average() < 0.6 * losses[..4].Average(), string.Join(' ', losses.Select(loss => loss.ToString("0.00"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ExplicitTwin_LearnsAndSolvesNothing(bool tied)
    {
        MdeqSettings twin = Form("single", 2).Explicit(3, tied);
        using ImageClassifier model = twin.Build();

        double[] losses = SmallTraining.Losses(twin, new ImageSettings { Output = "", Images = 0, Batch = 16, LearningRate = 5e-3, WarmUpSteps = 0 }, steps: 40);

        Assert.False(model.IsEquilibrium);
        Assert.True(losses[^8..].Average() < 0.85 * losses[..4].Average(), string.Join(' ', losses.Select(loss => loss.ToString("0.00"))));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void StackedTwin_HasAboutTheParametersOfTheEquilibrium(int layers)
    {
        var form = new MdeqSettings();
        using ImageClassifier model = form.Build(), twin = form.Explicit(layers, tied: false).Build(), tied = form.Explicit(layers, tied: true).Build();

        Assert.InRange((double)twin.ParameterCount / model.ParameterCount, 0.75, 1.25);
        Assert.Equal(model.ParameterCount, tied.ParameterCount);
    }

    [Fact]
    public void SmallStart_DrawsEveryConvolutionOfTheBodyWithADeviationOfOneHundredth()
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        var body = ScalesBody.Create(new MdeqSettings { Cell = CellKind.Residual, WeightNorm = true });

        SmallStart.Apply(body);

        foreach (var (name, parameter) in body.named_parameters())
        {
            if (parameter.dim() != 4 || parameter.numel() < 500 || name.EndsWith("weight_g")) continue;
            Assert.Equal(0.01, parameter.std().ToDouble(), 0.0015);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void SettingsThatDoNotFit_AreRefusedWithTheWayOut(int scales)
    {
        var channels = new int[scales];
        Array.Fill(channels, 8);

        Assert.Contains("allowed are 2 to 4", Assert.Throws<SampleException>(() => new MdeqSettings { Channels = channels }.Build()).Message);
        Assert.Contains("multiples of 8", Assert.Throws<SampleException>(() => new MdeqSettings { Channels = [12, 16] }.Build()).Message);
        Assert.Contains("fewer scales", Assert.Throws<SampleException>(() => new MdeqSettings { Input = new ImageShape(1, 4, 4), Channels = [8, 8, 8, 8] }.Build()).Message);
    }

    private static MdeqSettings Form(string cell, int scales) => Small with
    {
        Cell = cell == "residual" ? CellKind.Residual : CellKind.SingleConvolution,
        Channels = new[] { 4, 8, 16, 32 }[..scales],
    };
}
