using Deq.Samples.Language;
using Deq.Samples.RevDeq;
using Deq.Samples.Transformer;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>The cells of the language models against their formulas, written out from the parameters.</summary>
public sealed class LanguageCellTests : IDisposable
{
    private const int Width = 8, Batch = 2, Length = 5;

    private static readonly ModelSettings Small = new() { Width = Width, Heads = 2, FeedForward = 12, Sequence = Length, Cutoffs = [] };

    private readonly DisposeScope scope = NewDisposeScope();

    public LanguageCellTests() => manual_seed(11);

    public void Dispose() => scope.Dispose();

    /// <summary>Bai, Kolter, Koltun 2019, section 4.2, and the same with the norms before the parts; the attention itself is that of <see cref="RelativeAttentionTests"/>.</summary>
    [Theory]
    [InlineData(nameof(NormPlacement.Post), nameof(FirstResidual.State))]
    [InlineData(nameof(NormPlacement.Post), nameof(FirstResidual.Input))]
    [InlineData(nameof(NormPlacement.Pre), nameof(FirstResidual.State))]
    [InlineData(nameof(NormPlacement.Pre), nameof(FirstResidual.Input))]
    public void TransformerCell_IsAttentionAndFeedForwardPartWithTheirResidualsAndNorms(string norm, string residual)
    {
        ModelSettings settings = Small with { Norm = Enum.Parse<NormPlacement>(norm), Residual = Enum.Parse<FirstResidual>(residual) };
        using var cell = new TransformerCell(settings);
        Dictionary<string, Tensor> weights = cell.state_dict();
        Tensor z = randn(Batch, Length, Width), words = randn(Batch, Length, Width);
        BlockInputs inputs = Inputs(words);
        Tensor Attended(Tensor state) => ((RelativeAttention)cell.named_children().Single(child => child.name == "attention").module).call(state, inputs);
        Tensor FeedForward(Tensor h) =>
            WrittenOut.Activation(h.matmul(weights["feedForward.up.weight"].t()) + weights["feedForward.up.bias"], softplus: false).matmul(weights["feedForward.down.weight"].t()) + weights["feedForward.down.bias"];

        Tensor start = settings.Residual == FirstResidual.State ? z : words, expected;
        if (settings.Norm == NormPlacement.Post)
        {
            Tensor hidden = WrittenOut.LayerNorm(start + Attended(z));
            expected = WrittenOut.LayerNorm(hidden + FeedForward(hidden));
        }
        else
        {
            Tensor hidden = start + Attended(WrittenOut.LayerNorm(z));
            expected = hidden + FeedForward(WrittenOut.LayerNorm(hidden));
        }

        Assert.True(WrittenOut.Difference(expected, cell.call(z, inputs)) < 1e-5);
    }

    /// <summary>With the other part's output map at zero, what a dropout changes is its own part's.</summary>
    [Theory]
    [InlineData(nameof(NormPlacement.Post), "feedForward.down", "attention")]
    [InlineData(nameof(NormPlacement.Post), "attention.output", "feed-forward part")]
    [InlineData(nameof(NormPlacement.Pre), "feedForward.down", "attention")]
    [InlineData(nameof(NormPlacement.Pre), "attention.output", "feed-forward part")]
    public void TransformerCell_DropsOfBothPartsInTrainingAndOfNoneInEvalMode(string norm, string silenced, string dropped)
    {
        using var cell = new TransformerCell(Small with { Norm = Enum.Parse<NormPlacement>(norm), Dropout = 0.5 });
        using (no_grad())
            foreach (var (name, parameter) in cell.named_parameters())
                if (name.StartsWith(silenced, StringComparison.Ordinal)) parameter.zero_();
        Tensor z = randn(Batch, Length, Width), words = randn(Batch, Length, Width);
        BlockInputs inputs = Inputs(words);

        cell.eval();
        Tensor whole = cell.call(z, inputs);
        cell.train();
        Tensor trained = cell.call(z, inputs);

        Assert.True(WrittenOut.Difference(whole, trained) > 1e-3, $"nothing of the {dropped} is dropped");
        if (norm == nameof(NormPlacement.Pre))
        {
            // What is added to the words is twice as much, or nothing.
            Tensor added = trained - words, twice = 2 * (whole - words);
            Assert.True(added.abs().lt(1e-6).logical_or((added - twice).abs().lt(1e-5)).all().item<bool>());
            Assert.InRange(added.abs().lt(1e-6).to_type(ScalarType.Float32).mean().item<float>(), 0.2, 0.8);
        }
    }

    /// <summary>A mask that changed from one evaluation to the next would leave the solve nothing to converge to.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TransformerBlockWithDropout_IsOneFunctionOverASolve(bool reversible)
    {
        using var model = new LanguageModel(Small with { Dropout = 0.3, Reversible = reversible ? new ReversibleForm { Steps = 200, Tolerance = 1e-5 } : null }, 20);
        new Deq.Samples.Training.SolveSettings { Tolerance = 1e-5, Limit = 300, BackwardTolerance = 1e-5, BackwardLimit = 300 }.Apply(model);
        using (no_grad())
            foreach (var (name, parameter) in model.named_parameters())
                if (name.Contains("attention") || name.Contains("feedForward")) parameter.mul_(0.5);
        Tensor words = randint(0, 20, [3, Length], ScalarType.Int64);
        model.train();

        Tensor first = model.call(words);

        Assert.All(model.EquilibriumLayers(), layer => Assert.All(layer.Statistics.Forward!.Converged, Assert.True));
        Assert.True(WrittenOut.Difference(first, model.call(words)) > 1e-3, "the next solve has the same mask");
    }

    [Fact]
    public void CausalConvolution_AddsALinearMapOfTheWordsUpToEach()
    {
        const int reach = 3;
        using var convolution = new CausalConvolution(Width, reach);
        Tensor words = randn(Batch, Length, Width), weight = convolution.get_parameter("map.weight")!, bias = convolution.get_parameter("map.bias")!;

        Tensor given = convolution.call(words);

        for (int t = 0; t < Length; t++)
        {
            Tensor expected = words.select(1, t) + bias;
            // The last block of columns is the word itself, the one before it the word before.
            for (int back = 0; back < reach && back <= t; back++)
                expected = expected + words.select(1, t - back).matmul(weight.narrow(1, (reach - 1 - back) * Width, Width).t());
            Assert.True(WrittenOut.Difference(expected, given.select(1, t)) < 1e-5, $"word {t}");
        }
    }

    /// <summary>McCallum, Arora, Foster 2025: h = z + attention(LN(z + x)), then h + W3 gelu(W2 gelu(W1 LN(h))), word by word and head by head.</summary>
    [Fact]
    public void RevDeqCell_AgreesWithItsFormula()
    {
        using var cell = new RevDeqCell(Small);
        using (no_grad())
            foreach (var parameter in cell.parameters()) parameter.add_(randn_like(parameter) * 0.2);
        Dictionary<string, Tensor> weights = cell.state_dict();
        Tensor Linear(Tensor x, string name) => x.matmul(weights[$"{name}.weight"].t()) + weights[$"{name}.bias"];
        Tensor Norm(Tensor x, string name) => WrittenOut.LayerNorm(x) * weights[$"{name}.weight"] + weights[$"{name}.bias"];
        Tensor z = randn(Batch, Length, Width), x = randn(Batch, Length, Width);

        Tensor mapped = Linear(Norm(z + x, "attentionNorm"), "queriesKeysValues");
        const int each = Width / 2;
        Tensor Part(int which, int word, int head) => mapped.select(1, word).narrow(1, which * Width + head * each, each);
        var attended = new List<Tensor>();
        for (int i = 0; i < Length; i++)
        {
            var heads = new List<Tensor>();
            for (int head = 0; head < 2; head++)
            {
                Tensor scores = stack([.. Enumerable.Range(0, i + 1).Select(j => (Part(0, i, head) * Part(1, j, head)).sum(1) / Math.Sqrt(each))], 1).exp();
                scores = scores / scores.sum(1, keepdim: true);
                heads.Add(Enumerable.Range(0, i + 1).Select(j => scores.narrow(1, j, 1) * Part(2, j, head)).Aggregate((left, right) => left + right));
            }

            attended.Add(cat([.. heads], 1));
        }

        Tensor hidden = z + Linear(stack([.. attended], 1), "output");
        Tensor expected = hidden + Linear(WrittenOut.Gelu(Linear(WrittenOut.Gelu(Linear(Norm(hidden, "feedForwardNorm"), "up")), "across")), "down");

        Assert.True(WrittenOut.Difference(expected, cell.call(z, x)) < 1e-5);
    }

    [Fact]
    public void RevDeqBody_GivesItsCellTheWordsWithTheirPositions()
    {
        using var body = new RevDeqBody(Small with { Cell = CellKind.RevDeq });
        var block = (nn.Module)body.named_children().Single(child => child.name == "block").module;
        var cell = (RevDeqCell)block.named_children().Single().module;
        Tensor words = randn(Batch, Length, Width), positions = body.get_parameter("positions.weight")!;
        body.StackedApplications = 2;

        Tensor placed = words + positions.unsqueeze(0);
        Tensor expected = cell.call(cell.call(zeros_like(words), placed), placed);

        Assert.True(WrittenOut.Difference(expected, body.call(words)) < 1e-6);
    }

    /// <summary>Both reversible bodies, against their iteration written out: y = (1-b) y + b f(z), z = (1-b) z + b f(y).</summary>
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.7)]
    [InlineData(3, 0.5)]
    public void ReversibleBody_TakesTheStepsOfItsForm(int steps, double beta)
    {
        using var body = new RevDeqBody(Small with { Cell = CellKind.RevDeq, Reversible = new ReversibleForm { Beta = beta, Steps = steps, Tolerance = 1e-12 } });
        var block = (nn.Module)body.named_children().Single(child => child.name == "block").module;
        var cell = (RevDeqCell)block.named_children().Single().module;
        Tensor words = randn(Batch, Length, Width), placed = words + body.get_parameter("positions.weight")!.unsqueeze(0);

        Tensor y = zeros_like(words), z = zeros_like(words);
        for (int i = 0; i < steps; i++)
        {
            y = (1 - beta) * y + beta * cell.call(z, placed);
            z = (1 - beta) * z + beta * cell.call(y, placed);
        }

        Assert.True(WrittenOut.Difference(z, body.call(words)) < 1e-5);
    }

    private static BlockInputs Inputs(Tensor words) => new(words, randn(Batch, Length, 3 * Width), new RelativePositions(Width, 2, weightNorm: false).call(Length), null);
}
