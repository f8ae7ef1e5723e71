using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Independent references by dense linear algebra and by finite differences.</summary>
internal static class Dense
{
    /// <summary>J = df/dz of the flattened map, n x n, row by row.</summary>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor at)
    {
        var z = at.detach().clone().requires_grad_();
        var value = f(z);
        var n = z.numel();
        var unit = eye(n, dtype: z.dtype);
        var rows = new List<Tensor>();
        for (long i = 0; i < n; i++)
            rows.Add(autograd.grad([value], [z], [unit[i].view(value.shape)], retain_graph: true, allow_unused: true)[0].flatten());
        return stack(rows);
    }

    /// <summary>The gradient at leaves of a loss with dL/dz* = g, by u = (I - J)^-T g and one backward pass of f with u.</summary>
    public static Tensor[] ImplicitGradient(Func<Tensor, Tensor> f, Tensor fixedPoint, Tensor g, params Tensor[] leaves)
    {
        var jacobian = Jacobian(f, fixedPoint);
        var n = fixedPoint.numel();
        var u = linalg.solve((eye(n, dtype: g.dtype) - jacobian).t(), g.reshape(n, 1)).view(fixedPoint.shape);
        var value = f(fixedPoint.detach());
        return [.. autograd.grad([value], leaves, [u], retain_graph: true)];
    }

    public static double SpectralRadius(Tensor matrix) => linalg.eigvals(matrix).abs().max().item<double>();

    /// <summary>||a - b|| / ||b||.</summary>
    public static double Distance(Tensor a, Tensor b) =>
        ((a.detach().to(float64) - b.detach().to(float64)).norm() / b.detach().to(float64).norm()).item<double>();

    public static double Distance(IEnumerable<Tensor> a, IEnumerable<Tensor> b) => a.Zip(b, Distance).Max();

    public static double[] Numbers(Tensor t) => t.detach().to(float64).cpu().contiguous().data<double>().ToArray();

    public static bool Same(Tensor a, Tensor b) => Numbers(a).AsSpan().SequenceEqual(Numbers(b));
}
