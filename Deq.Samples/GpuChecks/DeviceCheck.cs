using static TorchSharp.torch;

namespace Deq.Samples.GpuChecks;

/// <summary>A computation that must come out the same on a device as on the CPU.</summary>
/// <param name="Name">A claim, said of the device.</param>
/// <param name="Tolerance">Largest allowed distance, relative to the length of what the CPU gives.</param>
/// <param name="Compute">Its results on a device. Random inputs are drawn on the CPU, so that both sides get the same.</param>
internal sealed record DeviceCheck(string Name, double Tolerance, Func<Device, Tensor[]> Compute)
{
    /// <summary>Everything that is checked, in the order in which things build on each other.</summary>
    public static IReadOnlyList<DeviceCheck> All => [.. OperationChecks.All, .. GradientChecks.All, .. EquilibriumChecks.All, .. TrainingChecks.All];

    /// <summary>Normally distributed numbers that depend on the seed alone, not on the device.</summary>
    public static Tensor Normal(long seed, Device device, ScalarType dtype, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        Tensor drawn = randn(shape, ScalarType.Float64, generator: generator);
        return drawn.to(dtype).to(device);
    }
}
