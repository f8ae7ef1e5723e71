using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// The result so far, per sample: its first iterate that meets the tolerance, else its best finite one. A sample that is done, or not
/// finite, is out; what stands beside it changes nothing.
/// </summary>
internal sealed class BestIterate
{
    // A fall of the best residual by less than this over the last third of a solve is none.
    private const double Progress = 0.99;
    private const double Growth = 10;

    private readonly SolveSettings settings;
    private readonly double[] residual;
    private readonly double[] firstNorm, latestNorm;   // ||f(z) - z||, in either stop mode: a relative residual cannot grow without bound
    private readonly int[] evaluations;
    private readonly SolveOutcome?[] done;
    private readonly List<double[]> trace = [];
    private readonly List<double[]> bestTrace = [];
    private Tensor rows;
    private int open;

    /// <param name="start">z_0, B x D: the result of a sample that is not finite from the first evaluation on.</param>
    /// <param name="settings">Tolerance and how the residual is measured.</param>
    public BestIterate(Tensor start, SolveSettings settings)
    {
        this.settings = settings;
        var batch = (int)start.shape[0];
        residual = new double[batch];
        Array.Fill(residual, double.PositiveInfinity);
        (firstNorm, latestNorm) = (new double[batch], new double[batch]);
        evaluations = new int[batch];
        done = new SolveOutcome?[batch];
        open = batch;
        rows = start.alias();
    }

    public bool AllDone => open == 0;

    /// <param name="candidate">What would become the result, B x D; not changed later.</param>
    /// <param name="numbers">Column 0: ||f(z) - z||^2, column 1: ||f(z)||^2.</param>
    public void Offer(Tensor candidate, Measurements numbers)
    {
        var batch = residual.Length;
        var better = new bool[batch];
        var improved = 0;
        var now = new double[batch];
        for (var b = 0; b < batch; b++)
        {
            if (done[b] is not null) { now[b] = trace[^1][b]; continue; }
            evaluations[b]++;
            double g = numbers[b, 0], f = numbers[b, 1];
            now[b] = Residual(g, f);
            latestNorm[b] = Math.Sqrt(g);
            if (evaluations[b] == 1) firstNorm[b] = latestNorm[b];
            if (!double.IsFinite(g) || !double.IsFinite(f)) Close(b, SolveOutcome.NotFinite);
            else if (now[b] <= settings.Tolerance || now[b] < residual[b])
            {
                if (now[b] <= settings.Tolerance) Close(b, SolveOutcome.Converged);
                residual[b] = now[b];
                better[b] = true;
                improved++;
            }
        }
        trace.Add(now);
        bestTrace.Add((double[])residual.Clone());
        if (improved == batch) Replace(candidate.alias());
        else if (improved > 0) Replace(where(tensor(better, device: candidate.device).unsqueeze(1), candidate, rows));
    }

    /// <summary>B x D, in the scope of the solve.</summary>
    public Tensor Take() => rows;

    public SolveStatistics Statistics() => new(settings.Subject, settings.Solver.Name, settings.Tolerance, trace.Count,
        [.. trace], evaluations, residual, [.. Enumerable.Range(0, residual.Length).Select(Outcome)]);

    // 0/0 is an exact fixed point at the origin; x/0 with x > 0 is one that no relative tolerance accepts.
    private double Residual(double squaredResidual, double squaredImage) => settings.StopMode switch
    {
        StopMode.Absolute => Math.Sqrt(squaredResidual),
        _ => squaredResidual == 0 ? 0 : Math.Sqrt(squaredResidual) / Math.Sqrt(squaredImage),
    };

    private void Close(int sample, SolveOutcome outcome)
    {
        done[sample] = outcome;
        open--;
    }

    private SolveOutcome Outcome(int b)
    {
        if (done[b] is { } outcome) return outcome;
        var count = trace.Count;
        if (latestNorm[b] > Growth * firstNorm[b]) return SolveOutcome.Diverged;
        var earlier = bestTrace[Math.Max(0, count - 1 - Math.Max(3, count / 3))][b];
        return count > 3 && residual[b] > Progress * earlier ? SolveOutcome.Stagnated : SolveOutcome.LimitReached;
    }

    private void Replace(Tensor next)
    {
        rows.Dispose();
        rows = next.MoveToOuterDisposeScope();
    }
}
