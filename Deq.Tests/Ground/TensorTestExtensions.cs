using static TorchSharp.torch;

namespace Deq.Tests.Ground;

internal static class TensorTestExtensions
{
    internal static double[] Doubles(this Tensor t)
    {
        using var wide = t.detach().to(float64, copy: true);
        return wide.data<double>().ToArray();
    }

    internal static void AssertEqual(this Tensor actual, double[] expected, double tolerance = 1e-6)
    {
        double[] values = actual.Doubles();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(values[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"element {i}: {values[i]}, expected {expected[i]}");
    }
}
