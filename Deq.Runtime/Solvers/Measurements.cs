using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>A small table of host doubles, one row per sample, copied from the device at once.</summary>
public sealed class Measurements
{
    private readonly double[] values;

    private Measurements(double[] values, int columns)
    {
        this.values = values;
        Columns = columns;
    }

    /// <summary>What a state that needs none is given.</summary>
    internal static Measurements None { get; } = new([], 0);

    /// <summary>Numbers per sample.</summary>
    public int Columns { get; }

    /// <summary>Column <paramref name="column"/> of sample <paramref name="row"/>.</summary>
    /// <param name="row">The sample.</param>
    /// <param name="column">Which number.</param>
    public double this[int row, int column] => Columns > 0
        ? values[row * Columns + column]
        : throw new InvalidOperationException("These numbers were not read: a solver state that uses them in Next must say so by NeedsNumbers.");

    internal static Measurements Read(Tensor table)
    {
        var host = table.to(ScalarType.Float64, CPU).contiguous();
        return new(host.data<double>().ToArray(), (int)table.shape[1]);
    }

    /// <summary>Host numbers as a B x 1 x n tensor of the type and on the device of <paramref name="like"/>.</summary>
    internal static Tensor ToTensor(double[] data, long rows, long columns, Tensor like) =>
        tensor(data, [rows, 1, columns], like.dtype, like.device);
}
