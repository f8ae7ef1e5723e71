using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Synthetic;

/// <summary>f(z; x) on a grid, how steep it is along z, and the equilibrium along x: the JR paper's figure 5 in numbers.</summary>
/// <param name="X">Ascending.</param>
/// <param name="Z">Ascending.</param>
/// <param name="Heights">f at [x, z].</param>
/// <param name="Slopes">|df/dz| there.</param>
/// <param name="Equilibrium">z* at each x.</param>
internal sealed record Surface(double[] X, double[] Z, double[,] Heights, double[,] Slopes, double[] Equilibrium)
{
    private const int Lines = 33;

    /// <summary>Room above and below the equilibria, as a share of their span.</summary>
    private const double Margin = 0.25;

    public static Surface Of(CubicTask task)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        bool training = task.Layer.training;
        task.Layer.eval();
        double[] xs = Even(-CubicPairs.Reach, CubicPairs.Reach);
        Device device = task.Layer.parameters().First().device;
        Tensor x = tensor(xs.Select(value => (float)value).ToArray(), [Lines, 1L], device: device);
        double[] equilibrium = Numbers(task.Equilibrium(x));
        double span = Math.Max(equilibrium.Max() - equilibrium.Min(), 1e-3);
        double[] zs = Even(equilibrium.Min() - Margin * span, equilibrium.Max() + Margin * span);

        Tensor allX = x.repeat_interleave(Lines, 0);
        Tensor allZ = tensor(zs.Select(value => (float)value).ToArray(), [Lines, 1L], device: device).repeat(Lines, 1);
        double[,] heights = Grid(task.Layer.Step(allZ, allX)), slopes = Grid(task.Slopes(allZ, allX).abs());
        task.Layer.train(training);
        return new Surface(xs, zs, heights, slopes, equilibrium);
    }

    private static double[] Even(double from, double to) => [.. Enumerable.Range(0, Lines).Select(i => from + (to - from) * i / (Lines - 1))];

    private static double[] Numbers(Tensor values) => [.. values.cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray()];

    private static double[,] Grid(Tensor values)
    {
        double[] flat = Numbers(values);
        var grid = new double[Lines, Lines];
        Buffer.BlockCopy(flat, 0, grid, 0, flat.Length * sizeof(double));
        return grid;
    }
}
