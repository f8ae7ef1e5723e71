using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

public class ThreadTests
{
    private const int Threads = 4;

    [Fact]
    public void Training_OnSeveralThreadsAtOnce_GivesEachItsOwnResult()
    {
        var alone = Enumerable.Range(0, Threads).Select(Trained).ToArray();
        var together = new double[Threads];
        var threads = Enumerable.Range(0, Threads).Select(index => new Thread(() => together[index] = Trained(index))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(alone, together);
    }

    private static double Trained(int start)
    {
        using var scope = NewDisposeScope();
        using var model = nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, 3));
        var seed = start;
        using (no_grad())
        {
            foreach (var parameter in model.parameters())
                parameter.copy_(cos(arange(parameter.numel()) + seed++).reshape(parameter.shape) * 0.3);
        }

        using var optimiser = optim.AdamW(model.parameters(), 0.01);
        var x = sin(arange(60)).reshape(10, 6);
        var target = (arange(10) + start).remainder(3);
        for (var step = 0; step < 40; step++)
        {
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            nn.functional.cross_entropy(model.call(x), target).backward();
            nn.utils.clip_grad_norm_(model.parameters(), 0.5);
            optimiser.step();
        }

        return nn.functional.cross_entropy(model.call(x), target).ToDouble();
    }
}
