using System.Diagnostics;
using Deq.Gradients;
using Deq.Regularization;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>What a diagnosis finds out about the cell itself, before any solver.</summary>
internal sealed class CellExamination
{
    private const int Probes = 4;
    private const int Timings = 4;
    private readonly Func<Tensor, Tensor> cell;
    private readonly int seed;

    private CellExamination(Func<Tensor, Tensor> cell, int seed) => (this.cell, this.seed) = (cell, seed);

    /// <summary>The time of one evaluation, the least of a few: what else the machine does can only add to it.</summary>
    public double EvaluationMilliseconds { get; private set; }

    /// <summary>The time of one product J^T u.</summary>
    public double ProductMilliseconds { get; private set; } = double.NaN;

    /// <summary>Samples at whose start f is not finite.</summary>
    public int[] NotFinite { get; private set; } = [];

    /// <summary>||f(z) - f(z)|| / ||f(z)|| of two evaluations at the start.</summary>
    public double Noise { get; private set; }

    /// <summary>||u^T J v by differences - by products|| over both, for random u and v; null where the type has too few digits for differences.</summary>
    public double? DerivativeError { get; private set; }

    /// <summary>The spectral radius per sample; NaN where f is not finite.</summary>
    public double[] Radii { get; private set; } = [];

    /// <summary>Whether the products allowed have settled them all.</summary>
    public bool RadiiSettled { get; private set; } = true;

    /// <summary>||J||_F / sqrt(d) per sample, d the size of its state: the root of what the Jacobian penalty estimates.</summary>
    public double[] Norms { get; private set; } = [];

    /// <summary>f recorded at the point that was examined.</summary>
    public Tape Tape { get; private set; }

    /// <summary>Evaluates f at the start, twice.</summary>
    public static CellExamination At(Func<Tensor, Tensor> cell, Tensor start, int seed)
    {
        var examination = new CellExamination(cell, seed);
        using var scope = NewDisposeScope();
        var first = cell(start);
        StateLayout.RequireSame(first, start.shape, start.dtype, start.device, "The diagnosis");
        // The first call of a cell allocates and compiles what later ones find: it is not timed.
        Number(first.sum());
        var second = first;
        examination.EvaluationMilliseconds = Least(() => Number((second = cell(start)).sum()));
        var finite = SampleRows.Of(first).isfinite().all(1).cpu().data<bool>().ToArray();
        examination.NotFinite = [.. Enumerable.Range(0, finite.Length).Where(b => !finite[b])];
        var (a, difference) = (first.to(ScalarType.Float64), (second - first).to(ScalarType.Float64));
        var size = Number(where(a.isfinite(), a, zeros_like(a)).norm());
        examination.Noise = size > 0 ? Number(where(difference.isfinite(), difference, zeros_like(difference)).norm()) / size : 0;
        return examination;
    }

    /// <summary>Records f at a point and measures its Jacobian there.</summary>
    /// <param name="point">B x ...; in the cell's type.</param>
    public void Differentiate(Tensor point)
    {
        using (enable_grad()) Tape = Tape.Record(cell, point);
        var probe = Normal(point, 0);
        Number(Tape.TransposedJacobianTimes(probe).sum());
        ProductMilliseconds = Least(() => Number(Tape.TransposedJacobianTimes(probe).sum()));
        var radii = PowerMethod.Estimate(Tape, SpectralRadius.DefaultIterations, SpectralRadius.DefaultTolerance, seed);
        (Radii, RadiiSettled) = ([.. radii.Radii], radii.Settled.All(settled => settled));
        using var scope = NewDisposeScope();
        var size = Math.Max(1, point.numel() / Math.Max(1, point.shape[0]));
        var squares = zeros(point.shape[0], dtype: ScalarType.Float64);
        for (var m = 0; m < Probes; m++)
            squares = squares + SampleRows.Of(Tape.TransposedJacobianTimes(Normal(point, m))).to(ScalarType.Float64).square().sum(1).cpu() / size;
        Norms = [.. (squares / Probes).data<double>().ToArray().Select(Math.Sqrt)];
        DerivativeError = Disagreement(point);
    }

    /// <summary>Standard normal numbers, as managed code draws them: torch's generator is not asked.</summary>
    /// <param name="like">Shape, type and device.</param>
    /// <param name="stream">Another one, another draw.</param>
    public Tensor Normal(Tensor like, int stream)
    {
        var random = new Random(unchecked(seed * 7919 + stream));
        var numbers = new float[like.numel()];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return tensor(numbers, like.shape).to(like.dtype, like.device);
    }

    /// <summary>
    /// Whether the products are those of the value's own derivative: u^T J v by them against central differences, whose error is least,
    /// rounding^(2/3), at a step of rounding^(1/3) of the state.
    /// </summary>
    private double? Disagreement(Tensor point)
    {
        var rounding = point.dtype switch { ScalarType.Float64 => 2.2e-16, ScalarType.Float32 => 1.2e-7, _ => 0 };
        if (rounding == 0) return null;
        double off = 0, size = 0;
        for (var m = 0; m < Probes; m++)
        {
            using var scope = NewDisposeScope();
            Tensor u = Normal(point, 100 + m), v = Normal(point, 200 + m);
            var scale = linalg.vector_norm(SampleRows.Of(point), 2, [1], true).add(linalg.vector_norm(SampleRows.Of(Tape.Evaluation.detach()), 2, [1], true));
            var step = (where(scale > 0, scale, ones_like(scale)) / Math.Sqrt(Math.Max(1, v.numel() / Math.Max(1, v.shape[0])))
                * Math.Cbrt(rounding)).reshape([point.shape[0], .. Enumerable.Repeat(1L, (int)point.dim() - 1)]);
            var measured = (cell(point + v * step) - cell(point - v * step)) / (step * 2);
            var byDifferences = Rows(u * measured);
            var byProducts = Rows(Tape.TransposedJacobianTimes(u) * v);
            for (var b = 0; b < byProducts.Length; b++)
            {
                var (d, p) = (byDifferences[b], byProducts[b]);
                if (!double.IsFinite(d) || !double.IsFinite(p)) continue;
                off += (d - p) * (d - p);
                size += d * d + p * p;
            }
        }
        return size > 0 ? Math.Sqrt(off / size) : 0;
    }

    private static double Least(Action action)
    {
        var least = double.PositiveInfinity;
        for (var k = 0; k < Timings; k++)
        {
            var watch = Stopwatch.StartNew();
            action();
            least = Math.Min(least, watch.Elapsed.TotalMilliseconds);
        }
        return least;
    }

    private static double[] Rows(Tensor t) => SampleRows.Of(t).to(ScalarType.Float64).sum(1).cpu().contiguous().data<double>().ToArray();

    private static double Number(Tensor t) => t.to(ScalarType.Float64).item<double>();
}
