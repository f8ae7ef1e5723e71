using Deq.Samples.CopyMemory;
using Deq.Samples.Trellis;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Trellis;

public sealed class CopyMemoryTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public CopyMemoryTests() => manual_seed(3);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Sequence_HasTenSymbolsZerosAndTheSignal_ItsTargetTheSymbolsAtTheEnd(int delay)
    {
        var task = new CopyTask(delay, seed: 1);
        var (inputs, targets) = task.Next(3);

        Assert.Equal([3L, delay + 20], inputs.shape);
        for (var row = 0; row < 3; row++)
        {
            long[] said = inputs[row].data<long>().ToArray(), wanted = targets[row].data<long>().ToArray();
            Assert.All(said[..10], symbol => Assert.InRange(symbol, 1, 8));
            Assert.All(said[10..^10], symbol => Assert.Equal(0, symbol));
            Assert.All(said[^10..], symbol => Assert.Equal(9, symbol));
            Assert.All(wanted[..^10], symbol => Assert.Equal(0, symbol));
            Assert.Equal(said[..10], wanted[^10..]);
        }
    }

    [Fact]
    public void Seed_DecidesTheSequences()
    {
        long[] Drawn(int seed) => new CopyTask(5, seed).Next(4).Inputs.data<long>().ToArray();

        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
    }

    [Fact]
    public void DelayBelowOne_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new CopyTask(0, 1));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ShortTraining_GetsBelowTheFirstLoss(bool lstm)
    {
        const int width = 16;
        nn.Module<Tensor, Tensor> body = lstm ? new LstmBody(width, width) : new TrellisBody(new TrellisSettings { Inputs = width, Width = width });
        using var model = new CopyModel(width, body);
        using var optimizer = optim.Adam(model.parameters(), 5e-3);
        var task = new CopyTask(5, seed: 1);
        var losses = new List<double>();
        for (var step = 0; step < 40; step++)
        {
            using var each = NewDisposeScope();
            var (inputs, targets) = task.Next(16);
            optimizer.zero_grad();
            var loss = model.Loss(inputs, targets);
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        Assert.True(losses[^1] < losses[0] / 2, $"{losses[0]} to {losses[^1]}");
        var (symbols, wanted) = task.Next(8);
        Assert.InRange(model.Recalled(symbols, wanted), 0, 1);
    }
}
