using Deq.Samples;
using Deq.Samples.Images;
using Deq.Samples.RevDeq;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Images;

public class RevDeqTests
{
    private static readonly RevDeqSettings Small = new() { Input = new ImageShape(2, 9, 9), Classes = 3, Channels = [4, 8], ChannelsPerGroup = 2 };

    private static readonly ImageSettings Training = new() { Output = "", Images = 0, Batch = 16, LearningRate = 5e-3, WarmUpSteps = 0 };

    [Fact]
    public void Logits_AreOneForEveryImageAndClass()
    {
        using var scope = NewDisposeScope();
        ImageClassifier model = (Small with { Channels = [4, 8, 8], Widths = [1, 3, 1], SmallStem = false }).Build();

        Assert.Equal([5, 3], model.call(randn(5, 2, 9, 9)).shape);
    }

    /// <summary>The gradient of a stage against finite differences of its own few steps, in float64: it is exact for any number of them.</summary>
    [Fact]
    public void StageGradient_IsThatOfTheStepsTaken()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var stage = new ReversibleStage(Small, 0);
        stage.to(ScalarType.Float64);
        // At z = 0 a norm without shift gives exactly 0, the kink of relu: there no difference tells a gradient.
        using (no_grad())
            foreach (var parameter in stage.parameters().Where(parameter => parameter.dim() == 1)) parameter.add_(randn_like(parameter) * 0.3);
        stage.eval();
        Tensor x = randn([2, 4, 5, 5], ScalarType.Float64).requires_grad_(), weights = randn([2, 4, 5, 5], ScalarType.Float64);
        (stage.call(x) * weights).sum().BackwardOrThrow();

        Assert.All(stage.parameters().Append(x), leaf =>
        {
            using var untaped = no_grad();
            Tensor direction = randn_like(leaf);
            const double step = 1e-6;
            double Value(double along)
            {
                leaf.add_(direction * along);
                double value = (stage.call(x) * weights).sum().ToDouble();
                leaf.sub_(direction * along);
                return value;
            }

            double expected = (Value(step) - Value(-step)) / (2 * step), found = (leaf.grad! * direction).sum().ToDouble();
            // Central differences in float64 at this step leave seven digits; a kink of relu that the step crosses costs some.
            Assert.Equal(expected, found, 1e-4 * (1 + Math.Abs(expected)));
        });
    }

    [Fact]
    public void ShortTraining_LowersTheLoss()
    {
        double[] losses = SmallTraining.Losses(Small, Training, steps: 40);

        Assert.True(losses[^8..].Average() < 0.6 * losses[..4].Average(), string.Join(' ', losses.Select(loss => loss.ToString("0.00"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ExplicitTwin_LearnsToo(bool tied)
    {
        double[] losses = SmallTraining.Losses(Small.Explicit(3, tied), Training, steps: 40);

        Assert.True(losses[^8..].Average() < 0.7 * losses[..4].Average(), string.Join(' ', losses.Select(loss => loss.ToString("0.00"))));
    }

    [Fact]
    public void StackedTwin_HasAboutTheParametersOfTheEquilibrium()
    {
        var form = new RevDeqSettings();
        using ImageClassifier model = form.Build(), twin = form.Explicit(3, tied: false).Build();

        Assert.InRange((double)twin.ParameterCount / model.ParameterCount, 0.7, 1.3);
    }

    [Fact]
    public void SettingsThatDoNotFit_AreRefusedWithTheWayOut()
    {
        Assert.Contains("one width for each stage", Assert.Throws<SampleException>(() => (Small with { Widths = [1] }).Build()).Message);
        Assert.Contains("multiple of the 2 channels", Assert.Throws<SampleException>(() => (Small with { Channels = [4, 7] }).Build()).Message);
    }
}
