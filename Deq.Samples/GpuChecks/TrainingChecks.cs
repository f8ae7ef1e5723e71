using TorchSharp;
using static Deq.Samples.GpuChecks.DeviceCheck;
using static TorchSharp.torch;

namespace Deq.Samples.GpuChecks;

/// <summary>Whole training steps.</summary>
internal static class TrainingChecks
{
    private const long Width = 16, Batch = 8;
    private const int Steps = 5, LongRun = 100;

    public static IEnumerable<DeviceCheck> All =>
    [
        new($"{Steps} steps of Adam on a declared layer", 1e-6, d =>
        {
            SmallLayer layer = Layer(d, Width);
            Train(layer, d, Steps);
            return [.. layer.parameters().Select(parameter => parameter.detach())];
        }),
        new($"{LongRun} steps leave no tensor behind", 0, d =>
        {
            SmallLayer layer = Layer(d, Width);
            Train(layer, d, 3);
            long before = Alive();
            Train(layer, d, LongRun);
            return [tensor(Alive() - before)];
        }),
    ];

    /// <summary>A layer whose parameters depend on nothing but its width.</summary>
    public static SmallLayer Layer(Device device, long width)
    {
        manual_seed(11);
        return new SmallLayer(width).to(device);
    }

    /// <summary>Tensors alive, without those that only wait for their finalizer.</summary>
    private static long Alive()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private static void Train(SmallLayer layer, Device device, int steps)
    {
        using var scope = NewDisposeScope();
        using optim.Optimizer adam = optim.Adam(layer.parameters(), 1e-3);
        Tensor x = Normal(5, device, float64, Batch, Width), target = Normal(6, device, float64, Batch, Width);
        for (int i = 0; i < steps; i++)
        {
            using var step = NewDisposeScope();
            adam.zero_grad();
            (layer.call(x) - target).square().mean().backward();
            adam.step();
        }
        adam.zero_grad();
    }
}
