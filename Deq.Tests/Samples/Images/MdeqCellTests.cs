using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Images;

/// <summary>Cells and heads of the multiscale models against their formulas, written out from the parameters.</summary>
public sealed class MdeqCellTests : IDisposable
{
    private const int Batch = 2, Side = 8;

    private static readonly MdeqSettings Small = new() { Input = new ImageShape(2, Side, Side), Classes = 3, Channels = [4, 6, 8], Groups = 2, Expansion = 2, Downsamplings = 0 };

    private readonly DisposeScope scope = NewDisposeScope();

    public MdeqCellTests() => manual_seed(8);

    public void Dispose() => scope.Dispose();

    /// <summary>Bai, Koltun, Kolter 2020, appendix A: GN(act(GN(conv(act(GN(conv z))) + injection) + z)).</summary>
    [Theory]
    [InlineData(nameof(Activation.Relu), true)]
    [InlineData(nameof(Activation.Softplus), true)]
    [InlineData(nameof(Activation.Relu), false)]
    public void ResidualBranch_AgreesWithItsFormula(string activation, bool injects)
    {
        MdeqSettings settings = Small with { Activation = Enum.Parse<Activation>(activation) };
        using var branch = Shaken(new ResidualBranch(settings, 4));
        Tensor state = randn(Batch, 4, Side, Side), injected = randn(Batch, 4, Side, Side);

        Tensor expected = Branch(branch.state_dict(), "", state, injects ? injected : null, settings);

        Assert.True(WrittenOut.Difference(expected, branch.call(state, injects ? injected : null)) < 1e-4);
    }

    /// <summary>Figure 2: a branch per scale, the image at the finest alone; every scale the sum of all, resampled; activation, 1 x 1 convolution, norm.</summary>
    [Theory]
    [InlineData(nameof(Activation.Relu))]
    [InlineData(nameof(Activation.Softplus))]
    public void ResidualCell_AgreesWithItsFormula(string activation)
    {
        MdeqSettings settings = Small with { Cell = CellKind.Residual, Activation = Enum.Parse<Activation>(activation) };
        using MultiscaleCell cell = Shaken(MultiscaleCell.Create(settings));
        Dictionary<string, Tensor> weights = cell.state_dict();
        Tensor features = randn(Batch, 4, Side, Side);
        Tensor[] states = States(), injected = cell.Inject(features);

        Assert.Equal(0, WrittenOut.Difference(features, injected[0]));
        Assert.All(injected[1..].Zip(states[1..]), pair => Assert.Equal(0, WrittenOut.Difference(zeros_like(pair.Second), pair.First)));
        // Whatever stands in the place of the other scales' injection is not read.
        Tensor[] given = cell.call(states, [features, .. states[1..].Select(state => randn_like(state))]);

        Tensor[] blocks = [.. states.Select((state, scale) => Branch(weights, $"branches.{scale}.", state, scale == 0 ? features : null, settings))];
        for (int scale = 0, fusion = 0; scale < 3; scale++)
        {
            Tensor sum = blocks[scale];
            for (int other = 0; other < 3; other++)
                if (other != scale) sum = sum + Resampled(weights, $"fusions.{fusion++}", blocks[other], other, scale, settings, normalised: true);
            Tensor expected = WrittenOut.GroupNorm(Convolved(WrittenOut.Activation(sum, settings.Activation == Activation.Softplus), weights[$"outputs.{scale}.weight"]), settings.Groups);
            Assert.True(WrittenOut.Difference(expected, given[scale]) < 1e-4, $"scale {scale}");
        }
    }

    /// <summary>z_i' = relu(GroupNorm(injection_i + conv3x3(z_i) + fusion_i)).</summary>
    [Theory]
    [InlineData(nameof(Activation.Relu))]
    [InlineData(nameof(Activation.Softplus))]
    public void SingleConvolutionCell_AgreesWithItsFormula(string activation)
    {
        MdeqSettings settings = Small with { Activation = Enum.Parse<Activation>(activation) };
        using MultiscaleCell cell = Shaken(MultiscaleCell.Create(settings));
        Dictionary<string, Tensor> weights = cell.state_dict();
        Tensor features = randn(Batch, 4, Side, Side);
        Tensor[] states = States(), injected = cell.Inject(features), given = cell.call(states, injected);

        Tensor above = features;
        for (int scale = 0, fusion = 0; scale < 3; scale++)
        {
            above = Convolved(scale == 0 ? above : above.clamp_min(0), weights[$"injections.{scale}.weight"], scale == 0 ? 1 : 2) + weights[$"injections.{scale}.bias"].view(1, -1, 1, 1);
            Assert.True(WrittenOut.Difference(above, injected[scale]) < 1e-4, $"injection {scale}");
            Tensor sum = injected[scale] + Convolved(states[scale], weights[$"convolutions.{scale}.weight"]);
            for (int other = 0; other < 3; other++)
                if (other != scale) sum = sum + Resampled(weights, $"fusions.{fusion++}", states[other], other, scale, settings, normalised: false);
            Tensor expected = WrittenOut.Activation(Normed(weights, $"norms.{scale}", sum, settings.Groups), settings.Activation == Activation.Softplus);
            Assert.True(WrittenOut.Difference(expected, given[scale]) < 1e-4, $"scale {scale}");
        }
    }

    /// <summary>Half of what a convolution starts from, which is even within 1/sqrt(fan in): the iteration contracts from the first step on.</summary>
    [Fact]
    public void SingleConvolutionCell_StartsFromHalfTheRecurrentWeights()
    {
        using MultiscaleCell cell = MultiscaleCell.Create(new MdeqSettings { Channels = [16, 32] });
        foreach (var (name, parameter) in cell.named_parameters().Where(named => named.parameter.dim() == 4))
        {
            double bound = 1 / Math.Sqrt(parameter.numel() / parameter.shape[0]), largest = parameter.abs().max().item<float>();
            double share = name.StartsWith("injections", StringComparison.Ordinal) ? 1 : 0.5;
            Assert.InRange(largest / bound, 0.95 * share, share + 1e-6);
        }
    }

    /// <summary>Means over space side by side, and a linear map.</summary>
    [Fact]
    public void PooledHead_AgreesWithItsFormula()
    {
        using var head = new PooledHead(Small);
        Dictionary<string, Tensor> weights = head.state_dict();
        Tensor[] states = States();

        Tensor pooled = cat([.. states.Select(state => state.reshape(Batch, state.shape[1], -1).sum(2) / (double)(state.shape[2] * state.shape[3]))], 1);

        Assert.True(WrittenOut.Difference(pooled.matmul(weights["linear.weight"].t()) + weights["linear.bias"], head.call(states)) < 1e-5);
    }

    /// <summary>A bottleneck per scale, from the finest down, 1 x 1 convolution, means, a linear map; in eval mode, with statistics that are not the first ones.</summary>
    [Fact]
    public void PyramidHead_AgreesWithItsFormula()
    {
        using PyramidHead head = Shaken(new PyramidHead(Small with { HeadChannels = [2, 3, 4], FinalChannels = 10 }));
        head.train();
        head.call(States());
        head.eval();
        Dictionary<string, Tensor> weights = head.state_dict();
        Tensor[] states = States();

        Tensor features = Bottleneck(0);
        for (int scale = 1; scale < 3; scale++)
        {
            string down = $"downwards.{scale - 1}";
            Tensor carried = Convolved(features, weights[$"{down}.0.weight"], 2) + weights[$"{down}.0.bias"].view(1, -1, 1, 1);
            features = Bottleneck(scale) + WrittenOut.BatchNorm(carried, weights, $"{down}.1").clamp_min(0);
        }

        Tensor last = WrittenOut.BatchNorm(Convolved(features, weights["final.0.weight"]) + weights["final.0.bias"].view(1, -1, 1, 1), weights, "final.1").clamp_min(0);
        Assert.True(WrittenOut.Difference(last.mean([2, 3]).matmul(weights["linear.weight"].t()) + weights["linear.bias"], head.call(states)) < 1e-4);

        Tensor Bottleneck(int scale)
        {
            string name = $"bottlenecks.{scale}";
            Tensor path = states[scale];
            foreach (int layer in new[] { 0, 3, 6 })
            {
                if (layer > 0) path = path.clamp_min(0);
                path = WrittenOut.BatchNorm(Convolved(path, weights[$"{name}.path.{layer}.weight"]), weights, $"{name}.path.{layer + 1}");
            }

            return (path + WrittenOut.BatchNorm(Convolved(states[scale], weights[$"{name}.shortcut.0.weight"]), weights, $"{name}.shortcut.1")).clamp_min(0);
        }
    }

    /// <summary>Whole channels, one mask over a solve, none in eval mode.</summary>
    [Fact]
    public void DropoutOfTheResidualCell_IsOfTheBranchAndOneMaskASolve()
    {
        MdeqSettings settings = Small with { Cell = CellKind.Residual, Dropout = 0.5, Channels = [4, 8] };
        using ResidualBranch branch = Shaken(new ResidualBranch(settings, 4));
        Tensor state = randn(Batch, 4, Side, Side);
        branch.train();
        Tensor trained = branch.call(state, null);
        Assert.True(WrittenOut.Difference(trained, branch.call(state, null)) > 1e-3, "a mask of its own outside a solve");
        branch.eval();
        Assert.Equal(0, WrittenOut.Difference(branch.call(state, null), branch.call(state, null)));
        Assert.True(WrittenOut.Difference(trained, branch.call(state, null)) > 1e-3, "nothing is dropped");

        var layer = new MultiscaleLayer(settings);
        // Norms undo any scale of the weights before them; what contracts is the last one's.
        using (no_grad())
            foreach (var (name, parameter) in layer.named_parameters())
                if (name.Contains("outputNorm.weight")) parameter.mul_(0.1);
        layer.Options = layer.Options with { MaxEvaluations = 300, Tolerance = 1e-5 };
        Tensor[] injected = layer.Inject(randn(Batch, 4, Side, Side));
        layer.train();
        Tensor first = layer.call(injected)[0];
        // This f need not be a contraction for every sample; one that changed from one evaluation to the next would converge for none.
        Assert.Contains(true, layer.Statistics.Forward!.Converged);
        Assert.True(WrittenOut.Difference(first, layer.call(injected)[0]) > 1e-4, "the next solve has the same mask");
    }

    /// <summary>--head none and the papers'; N(0, 0.01) where it is asked for, and of the body alone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Classifier_HasTheStartThatItsSettingsAskFor(bool small)
    {
        using ImageClassifier model = (new MdeqSettings { Cell = CellKind.Residual, SmallStart = small, HeadChannels = [8, 16], FinalChannels = 32 }).Build();
        (string name, Parameter parameter)[] kernels = [.. model.named_parameters().Where(named => named.parameter.dim() == 4 && named.parameter.numel() >= 500)];

        Assert.Contains(kernels, kernel => kernel.name.StartsWith("body", StringComparison.Ordinal));
        Assert.Contains(kernels, kernel => kernel.name.StartsWith("head", StringComparison.Ordinal));
        foreach ((string name, Parameter kernel) in kernels)
        {
            // Even within 1/sqrt(fan in) otherwise.
            double usual = 1 / Math.Sqrt(3.0 * kernel.numel() / kernel.shape[0]), expected = small && name.StartsWith("body", StringComparison.Ordinal) ? 0.01 : usual;
            Assert.InRange(kernel.std().ToDouble() / expected, 0.85, 1.15);
        }
    }

    [Fact]
    public void TiedTwin_AppliesTheCellSoManyTimesFromZero_StackedTwinEachOfItsCellsOnce()
    {
        Tensor features = randn(Batch, 4, Side, Side);
        using ScalesBody tied = ScalesBody.Create(Small with { Kind = ModelKind.Tied, Layers = 3 }), stacked = ScalesBody.Create(Small with { Kind = ModelKind.Stacked, Layers = 3 });
        var layer = (MultiscaleLayer)tied.named_children().Single().module;
        MultiscaleCell[] cells = [.. stacked.modules().OfType<MultiscaleCell>()];

        Tensor[] injected = layer.Inject(features), expected = [.. injected.Select(scale => zeros_like(scale))];
        for (int i = 0; i < 3; i++) expected = layer.Applied(expected, injected);
        Assert.All(expected.Zip(tied.call(features)), pair => Assert.Equal(0, WrittenOut.Difference(pair.First, pair.Second)));

        Assert.Equal(3, cells.Length);
        expected = [.. injected.Select(scale => zeros_like(scale))];
        foreach (MultiscaleCell cell in cells) expected = cell.call(expected, cell.Inject(features));
        Assert.All(expected.Zip(stacked.call(features)), pair => Assert.Equal(0, WrittenOut.Difference(pair.First, pair.Second)));
    }

    /// <summary>Scales and shifts of norms start at 1 and 0, where a formula without them would fit as well.</summary>
    private static T Shaken<T>(T module)
        where T : nn.Module
    {
        using IDisposable untaped = no_grad();
        foreach (var parameter in module.parameters().Where(parameter => parameter.dim() == 1)) parameter.add_(randn_like(parameter) * 0.3);
        return module;
    }

    private static Tensor[] States() => [.. Small.Channels.Select((channels, scale) => randn(Batch, channels, Side >> scale, Side >> scale))];

    private static Tensor Convolved(Tensor x, Tensor kernel, long stride = 1) => nn.functional.conv2d(x, kernel, strides: [stride, stride], padding: [kernel.shape[2] / 2, kernel.shape[2] / 2]);

    private static Tensor Normed(Dictionary<string, Tensor> weights, string name, Tensor x, long groups) => WrittenOut.GroupNorm(x, groups, weights[$"{name}.weight"], weights[$"{name}.bias"]);

    private static Tensor Branch(Dictionary<string, Tensor> weights, string name, Tensor state, Tensor? injected, MdeqSettings settings)
    {
        bool softplus = settings.Activation == Activation.Softplus;
        Tensor inner = Convolved(WrittenOut.Activation(Normed(weights, name + "innerNorm", Convolved(state, weights[name + "widening.weight"]), settings.Groups), softplus), weights[name + "narrowing.weight"]);
        if (injected is not null) inner = inner + injected;
        return Normed(weights, name + "outputNorm", WrittenOut.Activation(Normed(weights, name + "injectedNorm", inner, settings.Groups) + state, softplus), settings.Groups);
    }

    /// <summary>Down by convolutions of stride 2 with an activation between them; up by a 1 x 1 convolution, each pixel then as often as it is larger.</summary>
    private static Tensor Resampled(Dictionary<string, Tensor> weights, string name, Tensor state, int from, int to, MdeqSettings settings, bool normalised)
    {
        int steps = Math.Max(1, to - from);
        for (int i = 0; i < steps; i++)
        {
            if (i > 0) state = WrittenOut.Activation(state, settings.Activation == Activation.Softplus);
            state = Convolved(state, weights[$"{name}.convolutions.{i}.weight"], from < to ? 2 : 1);
            if (normalised) state = Normed(weights, $"{name}.norms.{i}", state, settings.Groups);
        }

        return from < to ? state : state.repeat_interleave(1 << (from - to), 2).repeat_interleave(1 << (from - to), 3);
    }
}
