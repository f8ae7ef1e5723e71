using Deq.Samples.Images;
using Deq.Samples.RevDeq;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Images;

/// <summary>The parts of the multi-scale implicit ResNet (McCallum, Arora, Foster 2025) against their formulas.</summary>
public sealed class RevDeqCellTests : IDisposable
{
    private const int Batch = 2, Side = 8;

    private static readonly RevDeqSettings Small = new() { Input = new ImageShape(2, Side, Side), Classes = 3, Channels = [4, 6], Widths = [1, 2], ChannelsPerGroup = 2, SmallStem = false };

    private readonly DisposeScope scope = NewDisposeScope();

    public RevDeqCellTests() => manual_seed(6);

    public void Dispose() => scope.Dispose();

    /// <summary>GN(relu(z + GN(x + conv(relu(GN(conv z)))))).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void StageCell_AgreesWithItsFormula(int stage)
    {
        int channels = Small.Channels[stage], inner = channels * Small.Widths[stage];
        using var cell = new StageCell(Small, stage);
        Shake(cell);
        Dictionary<string, Tensor> weights = cell.state_dict();
        Tensor state = randn(Batch, channels, Side, Side), input = randn(Batch, channels, Side, Side);
        Tensor Norm(string name, Tensor x) => WrittenOut.GroupNorm(x, x.shape[1] / Small.ChannelsPerGroup, weights[$"{name}.weight"], weights[$"{name}.bias"]);

        Tensor widened = Norm("innerNorm", Convolved(state, weights["widening.weight"])).clamp_min(0);
        Tensor expected = Norm("outputNorm", (state + Norm("injectedNorm", input + Convolved(widened, weights["narrowing.weight"]))).clamp_min(0));

        Assert.Equal(inner, widened.shape[1]);
        Assert.True(WrittenOut.Difference(expected, cell.call(state, input)) < 1e-4);
    }

    /// <summary>The iteration written out: y = (1-b) y + b f(z), z = (1-b) z + b f(y), as often as the settings say.</summary>
    [Theory]
    [InlineData(1, 0.8)]
    [InlineData(2, 0.6)]
    [InlineData(5, 0.8)]
    public void Stage_TakesTheStepsOfItsSettings(int steps, double beta)
    {
        using var stage = new ReversibleStage(Small with { Steps = steps, Beta = beta, Tolerance = 1e-12 }, 0);
        Shake(stage);
        var cell = (StageCell)stage.named_children().Single().module;
        Tensor x = randn(Batch, 4, Side, Side), y = zeros_like(x), z = zeros_like(x);

        for (int i = 0; i < steps; i++)
        {
            y = (1 - beta) * y + beta * cell.call(z, x);
            z = (1 - beta) * z + beta * cell.call(y, x);
        }

        Assert.True(WrittenOut.Difference(z, stage.call(x)) < 1e-5);
    }

    /// <summary>Stem, stages x + f(...f(0; x)...; x), halvings between them, means and a linear map; in eval mode, with statistics that are not the first ones.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ExplicitClassifier_AgreesWithItsFormula(bool tied)
    {
        const int layers = 3;
        using ImageClassifier model = (Small with { Kind = tied ? ModelKind.Tied : ModelKind.Stacked, Layers = layers }).Build();
        Shake(model);
        model.train();
        model.call(randn(8, 2, Side, Side));
        model.eval();
        Dictionary<string, Tensor> weights = model.state_dict();
        StageCell[] cells = [.. model.modules().OfType<StageCell>()];
        Assert.Equal(tied ? 2 : 2 * layers, cells.Length);
        Tensor images = randn(Batch, 2, Side, Side);

        Tensor state = WrittenOut.BatchNorm(Convolved(images, weights["stem.0.weight"]), weights, "stem.1").clamp_min(0);
        for (int stage = 0; stage < 2; stage++)
        {
            if (stage > 0)
            {
                Tensor path = Convolved(WrittenOut.BatchNorm(state, weights, "between.0.path.0").clamp_min(0), weights["between.0.path.2.weight"], 2);
                path = Convolved(WrittenOut.BatchNorm(path, weights, "between.0.path.3").clamp_min(0), weights["between.0.path.5.weight"]);
                state = path + Convolved(state, weights["between.0.shortcut.weight"], 2);
            }

            Tensor found = zeros_like(state);
            for (int layer = 0; layer < layers; layer++) found = cells[tied ? stage : stage * layers + layer].call(found, state);
            state = state + found;
        }

        Tensor expected = state.mean([2, 3]).matmul(weights["linear.weight"].t()) + weights["linear.bias"];
        Assert.True(WrittenOut.Difference(expected, model.call(images)) < 1e-4);
    }

    /// <summary>The same with the stages' own iteration in the place of the applications.</summary>
    [Fact]
    public void EquilibriumClassifier_AddsEachStagesEquilibriumToWhatItIsGiven()
    {
        using ImageClassifier model = (Small with { Channels = [4], Widths = [1] }).Build();
        model.eval();
        Dictionary<string, Tensor> weights = model.state_dict();
        ReversibleStage stage = Assert.Single(model.modules().OfType<ReversibleStage>());
        Tensor images = randn(Batch, 2, Side, Side);

        Tensor state = WrittenOut.BatchNorm(Convolved(images, weights["stem.0.weight"]), weights, "stem.1").clamp_min(0);
        Tensor expected = (state + stage.call(state)).mean([2, 3]).matmul(weights["linear.weight"].t()) + weights["linear.bias"];

        Assert.True(WrittenOut.Difference(expected, model.call(images)) < 1e-4);
    }

    private static void Shake(nn.Module module)
    {
        using IDisposable untaped = no_grad();
        foreach (var parameter in module.parameters().Where(parameter => parameter.dim() == 1)) parameter.add_(randn_like(parameter) * 0.3);
    }

    private static Tensor Convolved(Tensor x, Tensor kernel, long stride = 1) => nn.functional.conv2d(x, kernel, strides: [stride, stride], padding: [kernel.shape[2] / 2, kernel.shape[2] / 2]);
}
