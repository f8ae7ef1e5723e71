using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class ErrorTests
{
    [FactIfStandIn]
    public void ShapesThatDoNotFit_NameTheOperationAndSayWhy()
    {
        using Tensor a = ones(3, 4), b = ones(5, 6);
        var e = Assert.Throws<ExternalException>(() => a.matmul(b));
        Assert.Contains("matmul", e.Message);
        Assert.Contains("shapes cannot be multiplied", e.Message);
    }

    [Fact]
    public void ADimensionOutOfRange_IsAnException()
    {
        using var a = ones(2, 2);
        var e = Assert.Throws<ExternalException>(() => a.softmax(7));
        Assert.Contains("Dimension out of range", e.Message);
    }

    [Fact]
    public void TypesThatDoNotFit_AreAnException()
    {
        using Tensor a = ones(2, 2), b = ones(2, 2, int64);
        Assert.Throws<ExternalException>(() => a.mm(b));
    }

    [FactIfStandIn]
    public void AnotherDevice_IsRefusedByName()
    {
        if (cuda.is_available()) return;
        using var a = ones(2);
        var e = Assert.Throws<InvalidOperationException>(() => a.to(new Device("cuda:0")));
        Assert.Contains("CUDA", e.Message);
    }

    [FactIfStandIn]
    public void ADisposedTensor_NamesTheOperation()
    {
        var a = ones(2);
        a.Dispose();
        using var b = ones(2);
        Assert.Contains("add", Assert.Throws<ObjectDisposedException>(() => b.add(a)).Message);
        Assert.Contains("cat", Assert.Throws<ObjectDisposedException>(() => cat([b, a])).Message);
        Assert.Throws<ObjectDisposedException>(() => a.shape);
        Assert.True(a.IsInvalid);
    }

    [FactIfStandIn]
    public void ANullTensor_NamesTheOperationAndTheArgument()
    {
        using var a = ones(2);
        var e = Assert.Throws<ArgumentNullException>(() => a.add((Tensor)null!));
        Assert.Contains("add", e.Message);
        Assert.Equal("other", e.ParamName);
        Assert.Throws<ArgumentNullException>(() => torch.exp(null!));
        Assert.Throws<ArgumentNullException>(() => cat([a, null!]));
    }

    [FactIfStandIn]
    public void AnUnusedInputOfGrad_IsAnException()
    {
        using Tensor x = ones(2, requires_grad: true), unused = ones(2, requires_grad: true), y = x.sum();
        var e = Assert.Throws<ExternalException>(() => autograd.grad([y], [x, unused]));
        Assert.Contains("appears to not have been used", e.Message);
    }

    [Fact]
    public void BackwardTwice_IsAnException()
    {
        using Tensor x = ones(2, requires_grad: true), y = (x * x).sum();
        y.backward();
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => y.backward()).Message);
    }

    [Fact]
    public void TheElementTypeOfADataAccess_MustBeTheTensors()
    {
        using var a = ones(2);
        Assert.Throws<ArgumentException>(() => a.data<double>());
        Assert.Throws<ArgumentException>(() => a.item<float>());
    }
}
