using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class GradientTests
{
    [Fact]
    public void GradModes_NestAndEnd()
    {
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            using (enable_grad()) Assert.True(is_grad_enabled());
            Assert.False(is_grad_enabled());
        }

        using (set_grad_enabled(false)) Assert.False(is_grad_enabled());
        Assert.True(is_grad_enabled());
        Assert.False(is_inference_mode_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False(is_grad_enabled());
        }

        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void GradMode_BelongsToTheThread()
    {
        using var off = no_grad();
        bool other = false;
        var thread = new Thread(() => other = is_grad_enabled());
        thread.Start();
        thread.Join();
        Assert.True(other);
    }

    [Fact]
    public void Gradients_Accumulate_AndCanBeReplaced()
    {
        using Tensor x = tensor(new[] { 1f, 2f }, requires_grad: true);
        Assert.Null(x.grad);
        (x * x).sum().backward();
        (x * x).sum().backward();
        x.grad!.AssertEqual([4, 8]);
        x.grad = ones(2);
        x.grad.AssertEqual([1, 1]);
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void AnUnusedInput_GetsAnInvalidTensor_WhereThatIsAllowed()
    {
        using Tensor x = ones(2, requires_grad: true), unused = ones(2, requires_grad: true);
        var g = autograd.grad([x.sum()], [x, unused], allow_unused: true);
        Assert.False(g[0].IsInvalid);
        Assert.True(g[1].IsInvalid);
    }

    [Fact]
    public void ALeafChangedInPlaceWithoutAGraph_StaysALeaf()
    {
        using var w = ones(2, requires_grad: true);
        (w * w).sum().backward();
        using (no_grad()) w.add_(w.grad!, -0.1);
        w.AssertEqual([0.8, 0.8]);
        Assert.True(w.is_leaf && w.requires_grad);
    }

    [Fact]
    public void RetainGrad_KeepsTheGradientOfAnInnerTensor()
    {
        using Tensor x = ones(2, requires_grad: true), y = x * 3;
        y.retain_grad();
        (y * y).sum().backward();
        y.grad!.AssertEqual([6, 6]);
        Assert.False(y.is_leaf);
    }

    [Fact]
    public void Backward_TakesGradientsOfItsOutputs_AndASubsetOfInputs()
    {
        using Tensor x = ones(2, requires_grad: true), w = ones(2, requires_grad: true), y = x * w * 2;
        y.backward([tensor(new[] { 1f, 10f })], inputs: [w]);
        w.grad!.AssertEqual([2, 20]);
        Assert.Null(x.grad);
    }

    [Fact]
    public void SecondDerivatives_AreThoseOfThePolynomial()
    {
        using var x = tensor(new[] { 2.0 }, requires_grad: true);
        var g = autograd.grad([(x * x * x).sum()], [x], retain_graph: true, create_graph: true)[0];
        autograd.grad([g.sum()], [x])[0].AssertEqual([12], 1e-12);
    }

    /// <summary>Code that counts on PyTorch's default, which is to keep what is created from, would fail on the package.</summary>
    [Fact]
    public void CreateGraph_DoesNotKeepTheGraphByItself()
    {
        using var x = tensor(new[] { 2.0 }, requires_grad: true);
        var y = (x * x * x).sum();
        _ = autograd.grad([y], [x], create_graph: true);
        Assert.ThrowsAny<Exception>(() => autograd.grad([y], [x]));
    }

    [Fact]
    public void AnomalyMode_StopsAtANaN()
    {
        using var x = tensor(new[] { 0f }, requires_grad: true);
        using var anomaly = autograd.detect_anomaly();
        Assert.True(AnomalyMode.IsEnabled);
        var y = (x.sqrt() * 0).sum();
        Assert.Contains("nan", Assert.ThrowsAny<Exception>(() => y.backward()).Message);
    }
}
