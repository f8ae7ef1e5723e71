using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class ThreadTests
{
    [Fact]
    public void ConcurrentUse_FromSeveralThreads_IsRight()
    {
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var scope = NewDisposeScope();
            var x = full(16, (double)i).requires_grad_();
            var y = (x * x).sum();
            y.backward();
            Assert.Equal(2.0 * i, x.grad![3].ToDouble(), 3);
        });
    }
}
