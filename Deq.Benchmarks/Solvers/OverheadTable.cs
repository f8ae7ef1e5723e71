using Deq.Benchmarks.Timing;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>
/// What an iteration costs beside the cell, on a cell that is nearly free: f(z) = x + d z, one operator. Where states are small, in units of
/// one native add; where they are large, in the time that a copy needs for the bytes that the method cannot but move.
/// </summary>
internal static class OverheadTable
{
    private const int Iterations = 30, Memory = 6, UsualRounds = 51;

    private static readonly (string Title, FixedPointSolver Solver, double Goal, Func<int, double> LeastVectors, int VectorsHeld)[] Methods =
    [
        ("Picard", new Picard(), 45, _ => CellVectors + 2, 4),
        ("Anderson, m 6", new Anderson { Memory = Memory }, 170, AndersonVectors, 2 * Memory + 4),
        ("Broyden", new Broyden(), 240, BroydenVectors, Iterations / 2 + 6),
    ];

    /// <summary>The cell reads z, x and writes f(z); its d is one row.</summary>
    private const double CellVectors = 3;

    private const double TrafficGoal = 1.5;

    /// <summary>
    /// Vectors moved by evaluation k with n = min(k + 1, m) pairs: z and f(z) read, their difference and f(z) kept, the older n - 1
    /// residuals read for their products with the new one; for the mixture n images read and one vector written.
    /// </summary>
    private static double AndersonVectors(int k)
    {
        int n = Math.Min(k + 1, Memory);
        return CellVectors + 2 + 2 + (n - 1) + (k == Iterations - 1 ? 0 : n + 1);
    }

    /// <summary>
    /// With k steps stored: z, f(z) and the steps read for the products; z, f(z) and all steps but the first read once more for the next step,
    /// which is written, and the next iterate.
    /// </summary>
    private static double BroydenVectors(int k) =>
        CellVectors + 2 + k + (k == Iterations - 1 ? 0 : 2 + Math.Max(0, k - 1) + 2);

    public static void Print(TextWriter output, SuiteSettings settings)
    {
        int rounds = settings.Smoke ? 1 : settings.Rounds ?? UsualRounds;
        FreeALargeTensor();
        var small = new Table(output, ("solver, B x D", 36), ("microseconds", 12), ("native adds", 12), ("goal", 14));
        small.Begin($"Overhead per iteration, {Iterations} iterations on a near-free cell (unit: {NativeAdd.Title})");
        Func<double>[] clocks = [NativeAdd.Seconds, .. Methods.Select(method => Solve(method.Solver, 32, 64, repeats: 5))];
        Interleaved times = Interleaved.Measure(clocks, rounds);
        small.Row("the unit", Table.Number(times.Seconds(0) * 1e6, "F2"), "1", "");
        for (int i = 0; i < Methods.Length; i++)
        {
            double adds = times.Ratio(i + 1, to: 0);
            small.Row($"{Methods[i].Title}, 32 x 64", Table.Number(times.Seconds(i + 1) * 1e6, "F1"), Table.Number(adds, "F0"), Table.Verdict(adds, Methods[i].Goal, "F0"));
        }

        long batch = 8, size = settings.Smoke ? 256 : 16384;
        var large = new Table(output, ("solver, B x D", 36), ("microseconds", 12), ("least vectors", 13), ("held, MB", 8), ("copy, GB/s", 10), ("to the copy", 11), ("goal", 14));
        large.Begin($"Traffic per iteration, {Iterations} iterations on a near-free cell (least vectors: of B x D floats, read or written)");
        foreach (var method in Methods)
        {
            double vector = batch * size * sizeof(float);
            double least = Enumerable.Range(0, Iterations).Average(method.LeastVectors) * vector;
            Interleaved traffic = Interleaved.Measure([Copy(batch, size, method.VectorsHeld), Solve(method.Solver, batch, size, repeats: 1)], rounds);
            // Seconds of a copied byte, in the same round.
            double ratio = traffic.Ratio(1, to: 0) / least;
            large.Row($"{method.Title}, {batch} x {size}", Table.Number(traffic.Seconds(1) * 1e6, "F0"), Table.Number(least / vector, "F1"),
                Table.Number(method.VectorsHeld * vector / 1e6, "F1"), Table.Number(1e-9 / traffic.Seconds(0), "F1"), Table.Number(ratio, "F2"), Table.Verdict(ratio, TrafficGoal, "F1"));
        }
    }

    /// <summary>
    /// glibc gives a freed block back to the system, and faults it in anew, from a size on that it raises with the blocks it sees freed: after this one it keeps those of
    /// the table, as it does in a process that has worked for a moment.
    /// </summary>
    private static void FreeALargeTensor()
    {
        const long Bytes = 30 << 20;
        zeros(Bytes, ScalarType.Byte).Dispose();
    }

    /// <summary>Seconds per iteration.</summary>
    private static Func<double> Solve(FixedPointSolver solver, long batch, long size, int repeats)
    {
        manual_seed(0);
        Tensor x = randn(batch, size), d = linspace(-0.95, 0.95, size), start = zeros(batch, size);
        var settings = new SolveSettings("the benchmark", solver, Iterations, Tolerance: 0);
        return () =>
        {
            double begin = Clock.Now;
            for (int i = 0; i < repeats; i++)
            {
                using var scope = NewDisposeScope();
                FixedPointLoop.Solve(z => addcmul(x, z, d, 1), start, settings);
            }

            return (Clock.Now - begin) / (repeats * Iterations);
        };
    }

    /// <summary>Seconds per byte, read or written, of copies between halves of a working set of so many vectors.</summary>
    private static Func<double> Copy(long batch, long size, int vectors)
    {
        int half = vectors / 2;
        Tensor[] from = [.. Enumerable.Range(0, half).Select(_ => ones(batch, size))], to = [.. from.Select(t => zeros_like(t))];
        return () =>
        {
            const int Sweeps = 4;
            double begin = Clock.Now;
            for (int sweep = 0; sweep < Sweeps; sweep++)
                for (int i = 0; i < half; i++) to[i].copy_(from[i]);
            return (Clock.Now - begin) / (2.0 * Sweeps * half * batch * size * sizeof(float));
        };
    }
}
