using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>
/// The problem of the cells with two scales: 16 images, 32 channels of 32 x 32 and 64 of 16 x 16, side by side in one state as layers of several
/// states have them.
/// </summary>
internal static class TwoScales
{
    public static BenchmarkCell Residual(string title, bool small, long? batch, ScalarType type)
    {
        manual_seed(0);
        var module = new ResidualConvolutionCell(Width(small), type);
        return Create(title, module, module.Step, module.Last, small, batch, type);
    }

    public static BenchmarkCell Single(string title, bool small, long? batch, ScalarType type)
    {
        manual_seed(0);
        var module = new ConvolutionCell(Width(small), type);
        return Create(title, module, module.Step, module.Last, small, batch, type);
    }

    private static long Width(bool small) => small ? 8 : 32;

    private static BenchmarkCell Create(string title, nn.Module module, Func<Tensor, Tensor, Tensor, (Tensor, Tensor)> step, Parameter[] last, bool small, long? batch, ScalarType type)
    {
        long width = Width(small), side = small ? 8 : 32, images = batch ?? (small ? 2 : 16);
        Tensor x = randn(images, width, side, side, dtype: type);
        Tensor[] start = [zeros_like(x), zeros(images, 2 * width, side / 2, side / 2, dtype: type)];
        var layout = new StateLayout(title, start);
        Tensor Cell(Tensor joined)
        {
            Tensor[] states = layout.Split(joined);
            var (z, y) = step(states[0], states[1], x);
            return layout.Join(z, y);
        }

        return new(title, module, Cell, layout.Join(start), last);
    }
}
