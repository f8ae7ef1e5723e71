using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>Reversible layers at every count of steps and every b, against back-propagation through the same steps with everything kept.</summary>
public class ReversibleGridTests
{
    private static readonly int[] Steps = [4, 8, 16, 32, 64];
    private static readonly double[] Betas = [0.5, 0.6, 0.7, 0.8, 0.9];

    public static TheoryData<int, double> Cells()
    {
        var cells = new TheoryData<int, double>();
        foreach (var steps in Steps)
            foreach (var beta in Betas) cells.Add(steps, beta);
        return cells;
    }

    [Theory, MemberData(nameof(Cells))]
    public void AtTheDefaults_Float64_TheGradientIsThatOfTheSteps(int steps, double beta) => CheckDefaults(steps, beta, ScalarType.Float64, 1e-9);

    [Theory, MemberData(nameof(Cells))]
    public void AtTheDefaults_Float32OnAStateInFloat64_TheGradientIsThatOfTheSteps(int steps, double beta) => CheckDefaults(steps, beta, ScalarType.Float32, 2e-6);

    private static void CheckDefaults(int steps, double beta, ScalarType type, double agreement)
    {
        foreach (var cell in Problem.All)
        {
            using var scope = NewDisposeScope();
            var problem = cell(type);
            var heard = Warnings.During(() =>
            {
                var (value, gradients) = problem.Reversible(new() { Beta = beta, Steps = steps });
                var (expected, exact) = problem.Unrolled(beta, steps);
                Assert.InRange(Dense.Distance(value, expected), 0, type == ScalarType.Float64 ? 1e-12 : 1e-6);
                Assert.InRange(Dense.Distance(gradients, exact), 0, agreement);
            });
            Assert.Empty(heard);
        }
    }

    [Theory, MemberData(nameof(Cells))]
    public void WithNothingKept_ItIsSaidWhereDigitsRunOut_AndNothingIsNaN(int steps, double beta)
    {
        foreach (var (type, state, digits) in new[]
        {
            (ScalarType.Float64, ScalarType.Float64, 15.9), (ScalarType.Float32, ScalarType.Float64, 15.9), (ScalarType.Float32, ScalarType.Float32, 7.2),
        })
        {
            using var scope = NewDisposeScope();
            var problem = Problem.Transformer(type);
            var (_, exact) = problem.Unrolled(beta, steps);
            var lost = 2 * steps * Math.Log10(1 / (1 - beta));
            var heard = Warnings.During(() =>
            {
                try
                {
                    var (value, gradients) = problem.Reversible(new() { Beta = beta, Steps = steps, KeepEvery = 0, StateType = state });
                    Assert.True(value.isfinite().all().item<bool>());
                    Assert.True(gradients.isfinite().all().item<bool>());
                    // At worst what is lost is lost, down to what the cell's own type resolves.
                    if (lost <= digits) Assert.InRange(Dense.Distance(gradients, exact), 0, Math.Pow(10, lost - digits + 1) + (type == ScalarType.Float64 ? 0 : 2e-6));
                }
                // A gradient that is not finite is refused, and not given.
                catch (EquilibriumBackwardException refusal) { Assert.Contains("KeepEvery", refusal.Message); }
            });
            Assert.Equal(lost > digits, heard.Any(message => message.Contains("KeepEvery")));
        }
    }

    [Theory]
    [InlineData(4, 0.5)]
    [InlineData(8, 0.8)]
    [InlineData(32, 0.6)]
    public void ABFloat16Cell_OnAStateInFloat64_IsItsFloat64TwinToWhatBFloat16Resolves(int steps, double beta)
    {
        foreach (var cell in Problem.All)
        {
            using var scope = NewDisposeScope();
            var (value, gradients) = cell(ScalarType.BFloat16).Reversible(new() { Beta = beta, Steps = steps });
            var (expected, exact) = cell(ScalarType.Float64).Unrolled(beta, steps);
            Assert.Equal(ScalarType.BFloat16, value.dtype);
            // Eight bits: 4e-3 an operation, of which a cell has some ten one after the other.
            Assert.InRange(Dense.Distance(value, expected), 0, 3e-2);
            Assert.InRange(Dense.Distance(gradients, exact), 0, 1e-1);
            // Against the same steps in bfloat16 there is nothing between the two but the order of sums.
            var (same, sums) = cell(ScalarType.BFloat16).Unrolled(beta, steps);
            Assert.InRange(Dense.Distance(value, same), 0, 1e-2);
            Assert.InRange(Dense.Distance(gradients, sums), 0, 3e-2);
        }
    }

    /// <summary>A cell with its leaves, in one type: the same numbers in each, rounded to eight bits.</summary>
    private sealed record Problem(Func<Tensor, Tensor, Tensor> F, Tensor Start, Tensor X, Tensor Weights, nn.Module? Module, Tensor[] Others)
    {
        public static Func<ScalarType, Problem>[] All => [Transformer, Tanh];

        private Tensor[] Leaves => [Start, X, .. Others];

        public static Problem Transformer(ScalarType type)
        {
            manual_seed(2);
            var block = new Block(8, 2);
            block.to(ScalarType.BFloat16);
            block.to(type);
            return new(block.Step, Leaf(type, 3, 4, 8), Leaf(type, 3, 4, 8), Leaf(type, 3, 4, 8).detach(), block, [.. block.parameters()]);
        }

        /// <summary>Spectral norm 0.95: nearly what a contraction may have.</summary>
        public static Problem Tanh(ScalarType type)
        {
            manual_seed(3);
            var q = linalg.qr(randn(20, 20, ScalarType.Float64)).Q * 0.95;
            // A closure's tensors get no gradient in a reversible layer: an input is what does.
            var w = q.to(ScalarType.BFloat16).to(type);
            return new((z, x) => (z.matmul(w) + x).tanh(), Leaf(type, 4, 20), Leaf(type, 4, 20), Leaf(type, 4, 20).detach(), null, []);
        }

        private static Tensor Leaf(ScalarType type, params long[] shape) => randn(shape, ScalarType.Float64).to(ScalarType.BFloat16).to(type).requires_grad_();

        public (Tensor Value, Tensor Gradients) Reversible(EquilibriumOptions options)
        {
            foreach (var leaf in Leaves) leaf.grad = null;
            var value = Equilibrium.SolveReversible((z, inputs) => F(z, inputs[0]), Start, [X], options, Module).Value;
            (value * Weights).sum().BackwardOrThrow();
            return (value, Joined(Leaves.Select(leaf => leaf.grad)));
        }

        public (Tensor Value, Tensor Gradients) Unrolled(double beta, int steps)
        {
            foreach (var leaf in Leaves) leaf.grad = null;
            Tensor y = Start.to(ScalarType.Float64), z = y;
            for (var n = 0; n < steps; n++)
            {
                y = y * (1 - beta) + F(z.to(Start.dtype), X).to(ScalarType.Float64) * beta;
                z = z * (1 - beta) + F(y.to(Start.dtype), X).to(ScalarType.Float64) * beta;
            }
            var value = z.to(Start.dtype);
            (value * Weights).sum().backward();
            return (value, Joined(Leaves.Select(leaf => leaf.grad)));
        }

        private static Tensor Joined(IEnumerable<Tensor?> gradients) => cat([.. gradients.Select(g => g!.detach().to(ScalarType.Float64).flatten())]);
    }
}
