using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class MemoryTests
{
    [Fact]
    public void ManyMixedCalls_LeaveResidentMemoryFlat()
    {
        using Tensor a = ones(64), b = ones(64), m = ones(8, 8), index = tensor(new[] { 0L, 2L });
        void Round(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using var scope = NewDisposeScope();
                _ = cat([a, b]);
                _ = a.split(16);
                _ = einsum("i,i->", a, b);
                _ = a.sum(0L);
                _ = a.index(TensorIndex.Tensor(index));
                _ = m.matmul(m).max(1);
                _ = a[1..5] + b[TensorIndex.Slice(null, 4)];
                _ = a[3].item<float>();
                _ = linalg.solve(m + eye(8), m);
            }
        }

        Round(5000);
        long live = Tensor.TotalCount;
        // One tensor lost a round would be 6 MB a window.
        Assert.InRange(ResidentMemory.LeastGrowth(4, () => Round(10000)), long.MinValue, 3L << 20);
        // Fewer: what earlier tests left to their finalizers.
        Assert.InRange(Tensor.TotalCount, 0, live);
    }

    [Fact]
    public void ManyTrainingSteps_LeaveResidentMemoryFlat()
    {
        using Tensor w = ones(16, 16).requires_grad_(), x = ones(4, 16);
        void Train(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                x.matmul(w).tanh().square().mean().backward();
                using (no_grad()) w.sub_(w.grad! * 1e-3);
                w.grad = null;
            }
        }

        Train(1000);
        long live = Tensor.TotalCount;
        // One tensor lost a step would be 2 MB a window.
        Assert.InRange(ResidentMemory.LeastGrowth(4, () => Train(2000)), long.MinValue, 1L << 20);
        // Fewer: what earlier tests left to their finalizers.
        Assert.InRange(Tensor.TotalCount, 0, live);
    }

    /// <summary>20,000 tensors of 256 KB are 5 GB: without the byte budget the collector would see 2 MB of objects and never run.</summary>
    [FactIfStandIn]
    public void TensorsLeftToTheirFinalizers_DoNotGrowWithoutBound()
    {
        using var a = ones(65536);
        ResidentMemory.Bytes();   // collects
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        long before = process.WorkingSet64, highest = 0;
        for (int i = 0; i < 20000; i++)
        {
            _ = a + i;
            if (i % 500 != 0) continue;
            process.Refresh();
            highest = Math.Max(highest, process.WorkingSet64);
        }

        Assert.InRange(highest - before, long.MinValue, 1500L << 20);
    }

    [FactIfStandIn]
    public void ManyErrors_LeaveResidentMemoryFlat()
    {
        using Tensor a = ones(3, 4), b = ones(5, 6);
        void Fail(int times)
        {
            for (int i = 0; i < times; i++)
                Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => a.matmul(b));
        }

        Fail(1000);
        long before = ResidentMemory.Bytes();
        Fail(5000);
        Assert.InRange(ResidentMemory.Bytes() - before, long.MinValue, 8L << 20);
    }
}
