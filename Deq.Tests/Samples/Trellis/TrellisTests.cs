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

    /// <summary>
    /// Two applications by loops over positions and channels: f, i, g, o of the injection and of the taps, c = f c' + i g, h = o tanh(c), where c' is a
    /// dilation before. The body gives the last channels of h.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TwoApplications_AgreeWithTheGatesWrittenOutForEveryPosition(int dilation)
    {
        const int hidden = 5, width = 3, length = 6;
        using var body = Body(new ModelSettings { Width = width, Trellis = new TrellisSettings { Hidden = hidden, Dilation = dilation } });
        using (no_grad()) body.get_parameter("layers.0.block.gates.weight")!.mul_(50);
        double[] Numbers(string name) => body.get_parameter(name)!.data<double>().ToArray();
        double[] gates = Numbers("layers.0.block.gates.weight"), injection = Numbers("layers.0.injection.weight"), bias = Numbers("layers.0.injection.bias");
        var words = randn(1, length, width, dtype: ScalarType.Float64);
        double[] read = words.data<double>().ToArray();
        double[,] h = new double[length, hidden], c = new double[length, hidden];
        for (int application = 0; application < 2; application++)
        {
            double[,] nextH = new double[length, hidden], nextC = new double[length, hidden];
            for (int t = 0; t < length; t++)
            {
                for (int k = 0; k < hidden; k++)
                {
                    double Gate(int which)
                    {
                        int row = which * hidden + k;
                        double sum = bias[row];
                        // The second tap is the position itself, the first one a dilation before.
                        for (int tap = 0; tap < 2; tap++)
                        {
                            int from = t - (1 - tap) * dilation;
                            if (from < 0) continue;
                            for (int i = 0; i < width; i++) sum += injection[(row * width + i) * 2 + tap] * read[from * width + i];
                            for (int i = 0; i < hidden; i++) sum += gates[(row * hidden + i) * 2 + tap] * h[from, i];
                        }

                        return sum;
                    }

                    double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
                    double carried = t >= dilation ? c[t - dilation, k] : 0;
                    nextC[t, k] = Sigmoid(Gate(0)) * carried + Sigmoid(Gate(1)) * Math.Tanh(Gate(2));
                    nextH[t, k] = Sigmoid(Gate(3)) * Math.Tanh(nextC[t, k]);
                }
            }

            (h, c) = (nextH, nextC);
        }

        body.StackedApplications = 2;
        double[] given = body.call(words).data<double>().ToArray();

        for (int t = 0; t < length; t++)
            for (int i = 0; i < width; i++) Assert.Equal(h[t, hidden - width + i], given[t * width + i], 1e-12);
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

    /// <summary>Dense algebra and finite differences beside the adjoint solve: for the injection, what is remembered, and the kernels.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public void GradientOfTheBlock_IsRight(int dilation, bool weightNorm)
    {
        var form = new TrellisSettings { Hidden = 2, Dilation = dilation };
        using var block = new TrellisBlock(form, weightNorm, dropout: 0).to(ScalarType.Float64);
        using (no_grad()) block.get_parameter(weightNorm ? "gates.weight_g" : "gates.weight")!.mul_(weightNorm ? 60 : 40);
        block.Options = Tight;

        var check = Equilibrium.CheckGradient(block, randn(2, 8, 4, dtype: ScalarType.Float64), randn(2, 4, dilation, dtype: ScalarType.Float64));

        Assert.True(check.Passed, check.ToString());
    }

    [Fact]
    public void Dilation_LetsAPositionSeeThoseAWholeNumberOfDilationsBefore_AndNoOthers()
    {
        using var body = Body(Small with { Trellis = Form with { Dilation = 3 } });
        var words = randn(1, 9, 3, dtype: ScalarType.Float64);
        var changed = words.clone();
        changed[.., 1].mul_(-3);

        var difference = (body.call(words) - body.call(changed)).abs().amax([0, 2]);

        for (int t = 0; t < 9; t++)
        {
            if (t is 1 or 4 or 7) Assert.True(difference[t].item<double>() > 1e-6, $"{t}");
            else Assert.Equal(0, difference[t].item<double>(), 1e-11);
        }
    }

    /// <summary>A nilpotent Jacobian: what a position knows is right after as many evaluations as there are hops to it, and one more says so.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void PlainIteration_NeedsAsManyEvaluationsAsTheSequenceHasHops(int dilation)
    {
        const int positions = 12;
        using var block = new TrellisBlock(Form with { Dilation = dilation }, weightNorm: false, dropout: 0).to(ScalarType.Float64);
        using (no_grad())
        {
            // Nothing but earlier positions: no gate reads its own.
            block.get_parameter("gates.weight")!.mul_(100).select(2, 1).zero_();
        }

        block.Options = Tight with { Solver = new Picard(), Tolerance = 1e-15 };
        int hops = positions / dilation;

        var solved = block.Solve(randn(1, 16, positions, dtype: ScalarType.Float64), null);

        // The cell state of the last hop enters its hidden state in the same evaluation, so both are right together.
        Assert.InRange(solved.Statistics.Forward!.Evaluations, hops, hops + 2);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(4, 3)]
    public void SegmentsWithMemory_AreReadAsTheWhole_HoweverShort(int dilation, int length)
    {
        using var body = Body(Small with { Memory = 1, Trellis = Form with { Dilation = dilation } });
        var words = randn(2, 3 * length, 3, dtype: ScalarType.Float64);

        Tensor? memory = null;
        var parts = new List<Tensor>();
        for (int i = 0; i < 3; i++)
        {
            parts.Add(body.Read(words.narrow(1, i * length, length), memory, out var next));
            memory = next;
        }

        Assert.True((cat([.. parts], 1) - body.Read(words, null, out _)).abs().max().item<double>() < 1e-9);
    }

    [Fact]
    public void ForgetBias_OpensTheForgetGatesAlone()
    {
        Tensor Bias(double forget)
        {
            manual_seed(3);
            return Body(Small with { Trellis = Form with { ForgetBias = forget } }).get_parameter("layers.0.injection.bias")!;
        }

        var raised = Bias(2) - Bias(0);

        Assert.True((raised.narrow(0, 0, 4) - 2).abs().max().item<double>() < 1e-6);
        Assert.Equal(0, raised.narrow(0, 4, 12).abs().max().item<double>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WeightDropout_DropsWeightsOfEarlierTaps_OnceASolve_AndNoneInEvalMode(bool weightNorm)
    {
        using var convolution = new DropConnectConv1d(6, 40, 2, 1, hasBias: false, weightNorm, probability: 0.5).to(ScalarType.Float64);
        // One-hot inputs read a kernel: its earlier tap at the first place after, its present tap at its own.
        Tensor Kernel() => convolution.call(eye(6, dtype: ScalarType.Float64).unsqueeze(2).expand(6, 6, 2) * tensor(new double[] { 1, 0 }));
        Tensor Present() => convolution.call(eye(6, dtype: ScalarType.Float64).unsqueeze(2).expand(6, 6, 2) * tensor(new double[] { 0, 1 }));

        convolution.eval();
        var (whole, present) = (Kernel(), Present());
        convolution.train();
        var dropped = Kernel();
        double zeros = dropped.eq(0).to_type(ScalarType.Float64).mean().item<double>();

        Assert.Equal(0, whole.eq(0).sum().item<long>());
        Assert.True((Kernel() - dropped).abs().max().item<double>() > 1e-3, "the mask is drawn anew by each call outside a solve");
        // 240 weights: five standard deviations.
        Assert.InRange(zeros, 0.34, 0.66);
        Assert.Equal(0, Present().eq(0).sum().item<long>());
        if (!weightNorm)
        {
            Assert.True((Present() - present).abs().max().item<double>() < 1e-12);
            Assert.True((dropped - 2 * whole).masked_select(dropped.ne(0)).abs().max().item<double>() < 1e-12);
        }
    }

    [Fact]
    public void BlockWithWeightDropout_IsOneFunctionOverASolve_AndThatWithoutInEvalMode()
    {
        var form = Small with { Trellis = Form with { WeightDropout = 0.5 } };
        using var body = Body(form);
        using var without = Body(Small);
        without.load_state_dict(body.state_dict());
        var words = randn(2, 6, 3, dtype: ScalarType.Float64);

        body.train();
        var first = body.call(words);
        // It converged, which a function that changed from one evaluation to the next does not.
        Assert.All(body.EquilibriumLayers(), layer => Assert.All(layer.Statistics.Forward!.Converged, Assert.True));
        Assert.True((first - body.call(words)).abs().max().item<double>() > 1e-6);

        body.eval();
        without.eval();
        Assert.True((body.call(words) - without.call(words)).abs().max().item<double>() < 1e-10);
    }

    private static EquilibriumOptions Tight => new() { Solver = new Anderson(), MaxEvaluations = 200, Tolerance = 1e-12, BackwardMaxEvaluations = 200, BackwardTolerance = 1e-12 };

    private static TrellisBody Body(ModelSettings settings)
    {
        var body = new TrellisBody(settings, settings.Trellis!).to(ScalarType.Float64);
        foreach (var layer in body.EquilibriumLayers()) layer.Options = Tight;
        return body;
    }
}
