using Deq.Regularization;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Where the Jacobian penalty's gradient goes, how it is scheduled and seeded.</summary>
public class TrainingTermTests
{
    private static readonly EquilibriumOptions Tight = new()
    {
        Solver = new Broyden(),
        MaxEvaluations = 400,
        Tolerance = 1e-13,
        BackwardSolver = new Gmres(),
        BackwardMaxEvaluations = 400,
        BackwardTolerance = 1e-13,
        JacobianGamma = 3,
        JacobianSeed = 5,
    };

    private static (Tensor X, Tensor W, Tensor C) Problem()
    {
        manual_seed(21);
        return (randn(2, 5, float64).requires_grad_(), (randn(5, 5, float64) * 0.3).requires_grad_(), randn(2, 5, float64));
    }

    private static EquilibriumResult<Tensor> Solve(Tensor x, Tensor w, EquilibriumOptions options) =>
        Equilibrium.Solve(z => (z.matmul(w.t()) + x).tanh(), zeros_like(x), options);

    private static double[] Differences(Tensor leaf, Func<double> loss)
    {
        using var untaped = no_grad();
        var numbers = Dense.Numbers(leaf);
        var result = new double[numbers.Length];
        void Write(double[] v) => leaf.copy_(tensor(v, leaf.dtype).view(leaf.shape));
        for (var i = 0; i < numbers.Length; i++)
        {
            double At(double h)
            {
                var moved = (double[])numbers.Clone();
                moved[i] += h;
                Write(moved);
                using var taped = enable_grad();
                return loss();
            }
            result[i] = (At(1e-5) - At(-1e-5)) / 2e-5;
        }
        Write(numbers);
        return result;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ThroughState_GivesTheTotalGradientOfLossAndPenalty(bool attach)
    {
        using var scope = NewDisposeScope();
        var (x, w, c) = Problem();
        var options = Tight with { JacobianThroughState = true, JacobianAttach = attach };
        double Total()
        {
            using var inner = NewDisposeScope();
            var result = Solve(x, w, options);
            return ((result.Value * c).sum() + result.JacobianPenalty!).item<double>();
        }
        var result = Solve(x, w, options);
        var loss = (result.Value * c).sum();
        var gradients = autograd.grad([attach ? loss : loss + result.JacobianPenalty!], [x, w]);
        Assert.InRange(Dense.Distance(gradients[0], tensor(Differences(x, Total)).view(x.shape)), 0, 1e-7);
        Assert.InRange(Dense.Distance(gradients[1], tensor(Differences(w, Total)).view(w.shape)), 0, 1e-7);

        // With z* a constant, the same draw gives something else: the test tells the two apart.
        var constant = Solve(x, w, options with { JacobianThroughState = false });
        var partly = (constant.Value * c).sum();
        Assert.True(Dense.Distance(autograd.grad([attach ? partly : partly + constant.JacobianPenalty!], [w])[0], gradients[1]) > 1e-3);
    }

    [Fact]
    public void ThroughState_OfSeveralStates_IsTheTotalGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(22);
        using var pyramid = new Pyramid(1, 2, 4, 1) { Options = Tight with { JacobianThroughState = true, JacobianFrequency = 1, MaxEvaluations = 300 } };
        var image = (randn(1, 1, 4, 4, float64) * 0.3).requires_grad_();
        // Every call of a layer has probes of its own; the check needs those of the first.
        (Tensor High, Tensor Low, Tensor Penalty) Call()
        {
            var fresh = pyramid.Solve(image, options: new() { JacobianStartAt = -(int)Calls });
            Calls++;
            return (fresh.Value.High, fresh.Value.Low, fresh.JacobianPenalty!);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Call().Penalty);
    }

    private long Calls { get; set; } = 1;
}
