using Deq.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class SpectralNormTests
{
    private static double Largest(Tensor matrix) => linalg.svdvals(matrix.detach().flatten(1)).max().item<double>();

    [Fact]
    public void TheWeight_ComesToHaveTheSingularValueOne()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var linear = new SpectralNormLinear(6, 4, dtype: float64);
        using var conv1 = new SpectralNormConv1d(3, 4, 2, dtype: float64);
        using var conv2 = new SpectralNormConv2d(3, 5, 3, padding: 1, dtype: float64);
        foreach (var module in new SpectralNorm[] { linear, conv1, conv2 })
        {
            Assert.InRange(Largest(module.Weight), 0.99, 1.1);
            for (var i = 0; i < 300; i++)
            {
                module.BeginSolve();
                module.EndSolve();
            }
            module.eval();
            Assert.Equal(1, Largest(module.Weight), 1e-6);
        }
        Assert.Equal([2, 5, 6, 6], conv2.call(randn(2, 3, 6, 6, float64)).shape);
        Assert.Equal([2, 4, 6], conv1.call(randn(2, 3, 7, float64)).shape);
    }

    [Fact]
    public void TheGradient_IsThatOfWOverSigma_WithTheVectorsConstant()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var linear = new SpectralNormLinear(5, 3, hasBias: false, dtype: float64);
        linear.eval();
        var state = linear.state_dict();
        Assert.Equal(["weight_orig", "weight_u", "weight_v"], state.Keys.Order(StringComparer.Ordinal));
        var w = linear.parameters().Single();
        var c = randn(3, 5, float64);
        Tensor Reference() => w / state["weight_u"].reshape(1, 3).matmul(w).matmul(state["weight_v"].reshape(5, 1)).squeeze();
        Assert.InRange(Dense.Distance(linear.Weight, Reference()), 0, 1e-14);
        Assert.InRange(Dense.Distance(autograd.grad([(linear.Weight * c).sum()], [w])[0], autograd.grad([(Reference() * c).sum()], [w])[0]), 0, 1e-13);
        // A second derivative, as the Jacobian penalty takes it.
        var first = autograd.grad([(linear.Weight * c).square().sum()], [w], retain_graph: true, create_graph: true)[0];
        var expected = autograd.grad([(Reference() * c).square().sum()], [w], retain_graph: true, create_graph: true)[0];
        Assert.InRange(Dense.Distance(autograd.grad([first.square().sum()], [w])[0], autograd.grad([expected.square().sum()], [w])[0]), 0, 1e-12);
    }

    [Fact]
    public void OneIterationPerSolve_InTrainingAlone_AndEarlierGraphsStayWhole()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var linear = new SpectralNormLinear(5, 5);
        double[] U() => Dense.Numbers(linear.get_buffer("weight_u")!);
        var before = U();
        linear.BeginSolve();
        var after = U();
        Assert.NotEqual(before, after);
        var weight = linear.Weight;
        Assert.Same(weight, linear.Weight);
        Assert.Equal(after, U());
        linear.EndSolve();
        Assert.Equal(after, U());
        linear.eval();
        linear.BeginSolve();
        linear.EndSolve();
        Assert.Equal(after, U());

        linear.train();
        var value = linear.call(ones(1, 5)).sum();
        linear.call(ones(1, 5));
        value.backward();
        Assert.All(linear.parameters(), p => Assert.True(p.grad is not null));
    }

    [Fact]
    public void AnotherType_AndACheckpoint_KeepTheVectors()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var linear = new SpectralNormLinear(4, 3);
        linear.to(float64);
        Assert.Equal(float64, linear.get_buffer("weight_u")!.dtype);
        Assert.Equal(float64, linear.call(randn(2, 4, float64)).dtype);
        using var other = new SpectralNormLinear(4, 3, dtype: float64);
        other.load_state_dict(linear.state_dict());
        linear.eval();
        other.eval();
        Assert.True(Dense.Same(linear.Weight, other.Weight));
    }

    [Fact]
    public void InAReversibleCell_TheStepsAreUndoneWithTheWeightTheyWereTakenWith()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var linear = new SpectralNormLinear(5, 5, dtype: float64);
        var x = randn(2, 5, float64).requires_grad_();
        var options = new EquilibriumOptions { Beta = 0.5, Steps = 4 };
        var value = Equilibrium.SolveReversible((z, inputs) => (linear.call(z) * 0.8 + inputs[0]).tanh(), zeros_like(x), [x], options, linear).Value;
        var (u, v) = (linear.get_buffer("weight_u")!.clone(), linear.get_buffer("weight_v")!.clone());
        // Another call moves the vectors on before the backward pass.
        linear.call(x);
        Tensor[] leaves = [x, .. linear.parameters()];
        var got = autograd.grad([value.square().sum()], leaves);
        var w = linear.parameters().Single(p => p.dim() == 2);
        var bias = linear.parameters().Single(p => p.dim() == 1);
        Tensor F(Tensor at) => ((at.matmul((w / u.dot(w.mv(v))).t()) + bias) * 0.8 + x).tanh();
        Tensor y = zeros_like(x), z = y;
        for (var n = 0; n < 4; n++)
        {
            y = y * 0.5 + F(z) * 0.5;
            z = z * 0.5 + F(y) * 0.5;
        }
        Assert.InRange(Dense.Distance(got, autograd.grad([z.square().sum()], leaves)), 0, 1e-10);
    }
}
