using Deq.Samples.Transformer;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class RelativeAttentionTests
{
    private const int Width = 12, Heads = 3, Length = 5, Batch = 2;

    [Fact]
    public void Shift_PutsTheScoreOfEachDistanceAtItsPosition()
    {
        using DisposeScope scope = NewDisposeScope();
        // Column c belongs to distance T - 1 - c: let each score be its row and its distance.
        Tensor rows = arange(Length, dtype: ScalarType.Float32).unsqueeze(1) * 100;
        Tensor distances = arange(Length - 1, -1, -1, dtype: ScalarType.Float32);

        Tensor shifted = RelativePositions.Shift((rows + distances).view(1, 1, Length, Length));

        for (int i = 0; i < Length; i++)
        {
            for (int j = 0; j <= i; j++) Assert.Equal(100 * i + (i - j), shifted[0, 0, i, j].item<float>());
        }
    }

    [Fact]
    public void Attention_AgreesWithTheFormulaWordByWord()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(5);
        var attention = new RelativeAttention(Width, Heads, weightNorm: false);
        var positions = new RelativePositions(Width, Heads, weightNorm: false);
        foreach (var parameter in attention.parameters()) nn.init.normal_(parameter, 0, 0.5);
        Tensor state = randn(Batch, Length, Width), injection = randn(Batch, Length, 3 * Width);
        var inputs = new BlockInputs(state, injection, positions.call(Length), null);

        Tensor value = attention.call(state, inputs);

        Dictionary<string, Tensor> parameters = attention.state_dict();
        Tensor mapped = nn.functional.linear(state, parameters["queriesKeysValues.weight"]) + injection;
        Tensor u = parameters["contentBias"], v = parameters["positionBias"], relative = positions.call(Length);
        const int each = Width / Heads;
        for (int b = 0; b < Batch; b++)
        {
            for (int i = 0; i < Length; i++)
            {
                var heads = new List<Tensor>();
                for (int h = 0; h < Heads; h++)
                {
                    Tensor Part(int which, int word) => mapped[b, word].narrow(0, which * Width + h * each, each);
                    Tensor query = Part(0, i);
                    Tensor[] scores = [.. Enumerable.Range(0, i + 1).Select(j =>
                        ((query + u[h, 0]) * Part(1, j)).sum() + ((query + v[h, 0]) * relative[h].select(1, Length - 1 - (i - j))).sum())];
                    Tensor weights = (stack(scores) / Math.Sqrt(each)).softmax(0);
                    heads.Add(Enumerable.Range(0, i + 1).Select(j => weights[j] * Part(2, j)).Aggregate((left, right) => left + right));
                }

                Tensor expected = nn.functional.linear(cat([.. heads], 0), parameters["output.weight"]);
                Assert.True((expected - value[b, i]).abs().max().item<float>() < 1e-5, $"sample {b}, word {i}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void LastWords_WithTheOthersAsMemory_AreAttendedToAsInTheWhole(int last)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(6);
        var attention = new RelativeAttention(Width, Heads, weightNorm: true);
        Tensor distances = new RelativePositions(Width, Heads, weightNorm: false).call(Length);
        Tensor state = randn(Batch, Length, Width), injection = randn(Batch, Length, 3 * Width);
        int before = Length - last;

        Tensor whole = attention.call(state, new BlockInputs(state, injection, distances, null)).narrow(1, before, last);
        Tensor memory = attention.KeysAndValues(state.narrow(1, 0, before), injection.narrow(1, 0, before));
        Tensor rest = state.narrow(1, before, last);
        Tensor value = attention.call(rest, new BlockInputs(rest, injection.narrow(1, before, last), distances, memory));

        Assert.True((whole - value).abs().max().item<float>() < 1e-5);
    }
}
