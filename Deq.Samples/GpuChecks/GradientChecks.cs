using TorchSharp;
using static Deq.Samples.GpuChecks.DeviceCheck;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Samples.GpuChecks;

/// <summary>Back-propagation: through operators, through a function whose backward is managed code (which runs on the engine's own thread on a GPU), and on many threads.</summary>
internal static class GradientChecks
{
    public static IEnumerable<DeviceCheck> All =>
    [
        new("Gradient of a two-layer network", 1e-5, d =>
        {
            Tensor x = Normal(1, d, float32, 16, 20);
            Tensor[] weights = Leaves(Normal(2, d, float32, 20, 32), Normal(3, d, float32, 32, 5));
            return [.. autograd.grad([x.matmul(weights[0]).tanh().matmul(weights[1]).softmax(-1).square().sum()], weights)];
        }),
        new("Gradient of a convolution", 1e-5, d =>
        {
            Tensor[] leaves = Leaves(Normal(1, d, float32, 2, 3, 12, 12), Normal(2, d, float32, 6, 3, 3, 3));
            return [.. autograd.grad([functional.conv2d(leaves[0], leaves[1], padding: [1, 1]).relu().square().mean()], leaves)];
        }),
        new("Second derivative", 1e-10, d =>
        {
            Tensor[] x = Leaves(Normal(1, d, float64, 30));
            Tensor first = autograd.grad([(x[0].sin() * x[0].square()).sum()], x, retain_graph: true, create_graph: true)[0];
            return [.. autograd.grad([first.square().sum()], x)];
        }),
        new("A backward in managed code", 1e-12, d =>
        {
            Tensor[] x = Leaves(Normal(1, d, float64, 40));
            return [.. autograd.grad([(Doubled.apply(x[0]) * x[0]).sum()], x)];
        }),
        new("Backward on four threads at once", 1e-12, d =>
        {
            var gradients = new Tensor[4];
            Parallel.For(0, gradients.Length, new ParallelOptions { MaxDegreeOfParallelism = gradients.Length }, i =>
            {
                Tensor[] x = Leaves(Normal(i, d, float64, 50));
                gradients[i] = autograd.grad([(Doubled.apply(x[0]).tanh() * x[0]).sum()], x)[0];
            });
            return gradients;
        }),
    ];

    public static Tensor[] Leaves(params Tensor[] tensors) => Array.ConvertAll(tensors, t => t.requires_grad_());

    private sealed class Doubled : autograd.SingleTensorFunction<Doubled>
    {
        public override string Name => nameof(Doubled);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }
}
