using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>A small table of host doubles, one row per sample, copied from the device at once.</summary>
public sealed class Measurements
{
    private Tensor? table;       // B x n on the device, until it is read
    private double[]? values;

    private Measurements(int columns) => Columns = columns;

    /// <summary>Numbers per sample.</summary>
    public int Columns { get; }

    /// <summary>Column <paramref name="column"/> of sample <paramref name="row"/>.</summary>
    /// <param name="row">The sample.</param>
    /// <param name="column">Which number.</param>
    /// <exception cref="InvalidOperationException">The numbers were not read (<see cref="SolverState.NeedsNumbers"/>).</exception>
    public double this[int row, int column] => values is not null
        ? values[row * Columns + column]
        : throw new InvalidOperationException("These numbers were not read: a solver state that uses them in Next must say so by NeedsNumbers.");

    /// <summary>Numbers that are on the host already, row by row.</summary>
    internal static Measurements Of(double[] values, int columns) => new(columns) { values = values };

    /// <summary>Numbers on the host, and after them, row by row, those of a table that is on the device.</summary>
    /// <param name="first">Read.</param>
    /// <param name="table">B x n.</param>
    internal static Measurements Of(Measurements first, Tensor table)
    {
        double[] left = first.values!, right = OnHost(table);
        int own = first.Columns, more = (int)table.shape[1];
        var joined = new double[left.Length + right.Length];
        for (var b = 0; b < left.Length / own; b++)
        {
            left.AsSpan(b * own, own).CopyTo(joined.AsSpan(b * (own + more)));
            right.AsSpan(b * more, more).CopyTo(joined.AsSpan(b * (own + more) + own));
        }
        return Of(joined, own + more);
    }

    /// <summary>Numbers on the device, B x n, that nobody has read yet.</summary>
    internal static Measurements Of(Tensor table) => new((int)table.shape[1]) { table = table };

    /// <summary>Numbers on the device, B x n, read.</summary>
    internal static Measurements Read(Tensor table)
    {
        var numbers = Of(table);
        numbers.Read();
        return numbers;
    }

    /// <summary>Brings the numbers to the host, unless they are there.</summary>
    internal void Read()
    {
        if (table is not null) (values, table) = (OnHost(table), null);
    }

    /// <summary>The same of many, in one transfer.</summary>
    /// <param name="all">Of one batch and kind.</param>
    internal static void Read(IReadOnlyList<Measurements> all)
    {
        if (all[0].table is null) return;
        using var joined = cat([.. all.Select(numbers => numbers.table!)], 0);
        var values = OnHost(joined);
        var each = values.Length / all.Count;
        for (var i = 0; i < all.Count; i++)
        {
            all[i].table!.Dispose();
            (all[i].values, all[i].table) = (values[(i * each)..((i + 1) * each)], null);
        }
    }

    /// <summary>Keeps what is on the device beyond the present dispose scope.</summary>
    internal void Hold() => table = table?.alias().MoveToOuterDisposeScope();

    /// <summary>Host numbers as a B x 1 x n tensor of the type and on the device of <paramref name="like"/>.</summary>
    internal static Tensor ToTensor(double[] data, long rows, long columns, Tensor like) =>
        tensor(data, [rows, 1, columns], like.dtype, like.device);

    private static double[] OnHost(Tensor table) => table.to(ScalarType.Float64, CPU).contiguous().data<double>().ToArray();
}
