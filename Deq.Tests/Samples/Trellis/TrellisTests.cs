using Deq.Samples.Language;
using Deq.Samples.Trellis;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Trellis;

public sealed class TrellisTests : IDisposable
{
    private static readonly TrellisSettings Form = new() { Hidden = 4 };

    private static readonly ModelSettings Small = new() { Width = 3, WeightNorm = true, Trellis = Form };

    private readonly DisposeScope scope = NewDisposeScope();

    public TrellisTests() => manual_seed(7);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Equilibrium_IsTheLimitOfManyTiedLayers()
    {
        using var body = Body(Small);
        var words = randn(2, 6, 3, dtype: ScalarType.Float64);

        var equilibrium = body.call(words);
        body.StackedApplications = 300;
        var stacked = body.call(words);

        Assert.Equal([2L, 6, 3], equilibrium.shape);
        Assert.True((equilibrium - stacked).abs().max().item<double>() < 1e-9);
    }

    [Fact]
    public void ItsCell_AgreesWithTheGatesWrittenOutForOnePosition()
    {
        // At the first position nothing comes before: c = i g, h = o tanh(c), with the gates of the injection and of h itself.
        using var block = new TrellisBlock(Form, weightNorm: false, dropout: 0).to(ScalarType.Float64);
        var injection = randn(1, 16, 1, dtype: ScalarType.Float64);
        var weight = block.get_parameter("gates.weight")!;
        block.Options = Tight;

        var (hidden, cell) = block.call(injection, null);

        var gates = injection.view(16) + weight.select(2, 1).mv(hidden.view(4));
        var expected = gates.narrow(0, 4, 4).sigmoid() * gates.narrow(0, 8, 4).tanh();
        Assert.True((cell.view(4) - expected).abs().max().item<double>() < 1e-10);
        Assert.True((hidden.view(4) - (gates.narrow(0, 12, 4).sigmoid() * expected.tanh())).abs().max().item<double>() < 1e-10);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 2)]
    public void NoPosition_SeesWhatComesLater(int tied, int stacked)
    {
        using var body = Body(Small with { StackedLayers = stacked });
        body.StackedApplications = tied;
        var words = randn(1, 6, 3, dtype: ScalarType.Float64);
        var changed = words.clone();
        changed[.., 4..].mul_(-3);

        var difference = (body.call(words) - body.call(changed)).abs().amax([0, 2]);

        Assert.True(difference.narrow(0, 0, 4).max().item<double>() < 1e-9);
        Assert.True(difference.narrow(0, 4, 2).min().item<double>() > 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradient_IsThatOfManyTiedLayers(bool weightNorm)
    {
        using var body = Body(Small with { WeightNorm = weightNorm });
        // Larger than they start, so that the state matters.
        using (no_grad()) body.get_parameter(weightNorm ? "layers.0.block.gates.weight_g" : "layers.0.block.gates.weight")!.mul_(20);
        var words = randn(2, 6, 3, dtype: ScalarType.Float64, requires_grad: true);
        var weights = randn(2, 6, 3, dtype: ScalarType.Float64);

        Tensor[] Gradients(int layers)
        {
            body.StackedApplications = layers;
            body.zero_grad();
            words.grad = null;
            (body.call(words) * weights).sum().backward();
            return [words.grad!.clone(), .. body.parameters().Select(parameter => parameter.grad!.clone())];
        }

        foreach (var (expected, given) in Gradients(150).Zip(Gradients(0)))
            Assert.True((expected - given).norm().item<double>() <= 1e-8 * expected.norm().item<double>(), $"{expected.norm().item<double>()}");
    }

    private static EquilibriumOptions Tight => new() { Solver = new Anderson(), MaxEvaluations = 200, Tolerance = 1e-12, BackwardMaxEvaluations = 200, BackwardTolerance = 1e-12 };

    private static TrellisBody Body(ModelSettings settings)
    {
        var body = new TrellisBody(settings, settings.Trellis!).to(ScalarType.Float64);
        foreach (var layer in body.EquilibriumLayers()) layer.Options = Tight;
        return body;
    }
}
