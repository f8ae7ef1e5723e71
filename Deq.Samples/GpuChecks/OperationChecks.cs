using TorchSharp;
using static Deq.Samples.GpuChecks.DeviceCheck;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Samples.GpuChecks;

/// <summary>Single operators of each kind. Tolerances are those of the type, times the length of its sums.</summary>
internal static class OperationChecks
{
    private const double Single = 1e-5, Half = 2e-2, Double = 1e-12;

    public static IEnumerable<DeviceCheck> All =>
    [
        new("Arithmetic", Single, d => [Normal(1, d, float32, 64, 33) * 2 + Normal(2, d, float32, 33) - Normal(3, d, float32, 64, 1) / 3]),
        new("Pointwise functions", Single, d => [Normal(1, d, float32, 512).tanh(), Normal(2, d, float32, 512).sigmoid(), Normal(3, d, float32, 512).exp(), functional.gelu(Normal(4, d, float32, 512))]),
        new("Matrix product, float32", Single, d => [Normal(1, d, float32, 48, 64).matmul(Normal(2, d, float32, 64, 40))]),
        new("Matrix product, float64", Double, d => [Normal(1, d, float64, 48, 64).matmul(Normal(2, d, float64, 64, 40))]),
        new("Matrix product, bfloat16", Half, d => [Normal(1, d, bfloat16, 48, 64).matmul(Normal(2, d, bfloat16, 64, 40)).to(float32)]),
        new("Batched matrix product", Single, d => [Normal(1, d, float32, 5, 48, 64).matmul(Normal(2, d, float32, 5, 64, 40))]),
        new("Reductions", Single, d => [Normal(1, d, float32, 32, 65).sum(1), Normal(2, d, float32, 32, 65).norm().reshape(1), Normal(3, d, float32, 32, 65).amax([0]), Normal(4, d, float32, 32, 65).mean().reshape(1)]),
        new("Softmax", Single, d => [Normal(1, d, float32, 16, 100).softmax(-1), functional.log_softmax(Normal(2, d, float32, 16, 100), -1)]),
        new("Layer norm", Single, d => [functional.layer_norm(Normal(1, d, float32, 16, 64), [64], Normal(2, d, float32, 64), Normal(3, d, float32, 64))]),
        new("Convolution", Single, d => [functional.conv2d(Normal(1, d, float32, 4, 3, 16, 16), Normal(2, d, float32, 8, 3, 3, 3), Normal(3, d, float32, 8), padding: [1, 1])]),
        new("Indexing and joining", 0, d =>
        {
            Tensor x = Normal(1, d, float32, 20, 6);
            return [x[TensorIndex.Slice(2, 14, 3)], x.index_select(0, tensor(new long[] { 5, 1, 5 }).to(d)), cat([x, x.flip(0)], 0), x.t().contiguous()];
        }),
        new("Comparison and choice", 0, d =>
        {
            Tensor x = Normal(1, d, float32, 200);
            return [where(x.gt(0), x, x * -2), x.isfinite().to(float32)];
        }),
        new("Linear systems", 1e-9, d =>
        {
            Tensor a = Normal(1, d, float64, 7, 12, 12) + 8 * eye(12, dtype: float64).to(d);
            return [linalg.solve(a, Normal(2, d, float64, 7, 12, 3))];
        }),
        new("A seed repeats the device's own random numbers", 0, d =>
        {
            manual_seed(7);
            Tensor first = randn(100, device: d);
            manual_seed(7);
            return [first - randn(100, device: d)];
        }),
        new("Tensors of two devices are a managed exception", 0, d =>
        {
            if (d.type == DeviceType.CPU) return [ones(1)];
            try
            {
                _ = ones(3, device: d) + ones(3);
                return [zeros(1)];
            }
            catch (System.Runtime.InteropServices.ExternalException)
            {
                return [ones(1)];
            }
        }),
    ];
}
