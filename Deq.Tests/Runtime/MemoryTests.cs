using Deq.Solvers;
using Deq.Tests.Ground;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Nothing outlives a step: live tensors and resident memory stay flat over 500 training steps.</summary>
public class MemoryTests
{
    private static void Step(Block block, optim.Optimizer optimizer, Tensor x)
    {
        optimizer.zero_grad();
        var value = block.call(x);
        var loss = value.square().mean() + block.JacobianPenalty();
        loss.BackwardOrThrow();
        optimizer.step();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FiveHundredTrainingSteps_LeaveNothingBehind(bool withScope)
    {
        manual_seed(1);
        using var block = new Block(16, 2, dropout: 0.1, dtype: float32);
        using var optimizer = optim.SGD(block.parameters(), 1e-3);
        using var x = randn(8, 8, 16);
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = withScope ? NewDisposeScope() : null;
                Step(block, optimizer, x);
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        Steps(100);
        var tensors = Tensor.TotalCount;
        // A step makes and frees some 400 KB of tensors: kept, they would be 40 MB a window.
        Assert.InRange(ResidentMemory.LeastGrowth(5, () => Steps(100)), long.MinValue, 8L << 20);
        // Without a scope the garbage collector may still hold the latest step, some hundred tensors; a leak of one a step would be 500.
        Assert.InRange(Tensor.TotalCount - tensors, -150, withScope ? 0 : 150);
    }

    /// <summary>The most tensors that are alive when the cell is evaluated.</summary>
    private static long MostAlive(EquilibriumOptions options)
    {
        using var scope = NewDisposeScope();
        var x = randn(4, 1000).requires_grad_();
        long most = 0;
        Tensor Cell(Tensor z)
        {
            most = Math.Max(most, Tensor.TotalCount);
            return (z * 0.99 + x).tanh();
        }
        Equilibrium.Solve(Cell, zeros(4, 1000), options with { Tolerance = 1e-30 });
        return most;
    }

    [Fact]
    public void Memory_DoesNotGrowWithTheNumberOfEvaluations()
    {
        long Peak(int evaluations) => MostAlive(new() { Solver = new Anderson(), MaxEvaluations = evaluations });
        Assert.InRange(Peak(128), 0, Peak(16) + 4);
    }

    [Fact]
    public void APhantomStep_KeepsItsStateAlone_BesideWhatTheTapeNeeds()
    {
        long Peak(int steps) => MostAlive(new() { Solver = new Picard(), MaxEvaluations = 5, Gradient = GradientMode.Phantom, GradientSteps = steps });
        Assert.InRange(Peak(40) - Peak(20), 0, 20);
    }
}
