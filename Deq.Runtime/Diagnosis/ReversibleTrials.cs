using System.Diagnostics;
using System.Globalization;
using Deq.Reversible;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>Runs the reversible iteration with several betas, and undoes it.</summary>
internal static class ReversibleTrials
{
    private static readonly double[] Betas = [0.5, 0.65, 0.8];

    /// <summary>The betas that are tried, the layer's own first. The authors use 0.5 to 0.8.</summary>
    public static IEnumerable<double> Of(double own) => Betas.Where(beta => beta != own).Prepend(own);

    /// <summary>The iteration until every sample meets the tolerance, or its limit.</summary>
    public static (SolverDiagnosis Found, Tensor Value) Run(DiagnosedCall call, double beta, int steps, double tolerance, double evaluation)
    {
        using var scope = NewDisposeScope();
        var own = call.Reversible!;
        var settings = own with { Beta = beta, Steps = steps, Tolerance = tolerance, KeepEvery = 0, OnFailure = OnFailure.Report, Observer = null, IsTrial = true };
        var iteration = new ReversibleIteration((z, _) => call.Cell(z), settings, null);
        var watch = Stopwatch.StartNew();
        var value = iteration.Forward(call.Start, [])[^1].to(call.Start.dtype);
        var found = new SolverDiagnosis(string.Create(CultureInfo.InvariantCulture, $"beta: {beta}"), "Reversible", iteration.Statistics!, watch.Elapsed.TotalMilliseconds, evaluation)
        {
            Beta = beta,
            IsOwn = beta == own.Beta,
        };
        return (found, value.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// ||(y, z) rebuilt - (y, z)|| / ||z_K|| after K steps and their undoing, K the steps between two pairs that the layer keeps, or all of them: what
    /// its backward pass starts a step from is off by so much. The largest of the samples; NaN where it is not finite.
    /// </summary>
    public static double InversionLoss(DiagnosedCall call)
    {
        using var scope = NewDisposeScope();
        var own = call.Reversible!;
        var count = own.KeepEvery == 0 ? own.Steps : Math.Min(own.Steps, own.KeepEvery);
        Tensor F(Tensor z) => call.Cell(z.to(call.Start.dtype)).to(own.StateType);
        Tensor start = call.Start.to(own.StateType), y = start, z = start;
        for (var n = 0; n < count; n++)
        {
            y = y * (1 - own.Beta) + F(z) * own.Beta;
            z = z * (1 - own.Beta) + F(y) * own.Beta;
        }
        var size = Norm(z);
        for (var n = 0; n < count; n++)
        {
            z = (z - F(y) * own.Beta) / (1 - own.Beta);
            y = (y - F(z) * own.Beta) / (1 - own.Beta);
        }
        var lost = Norm(y - start).add(Norm(z - start)) / where(size > 0, size, ones_like(size));
        var worst = lost.cpu().contiguous().data<double>().ToArray().DefaultIfEmpty(0);
        return worst.Any(double.IsNaN) ? double.NaN : worst.Max();
    }

    private static Tensor Norm(Tensor t) => linalg.vector_norm(SampleRows.Of(t), 2, [1]).to(ScalarType.Float64);
}
