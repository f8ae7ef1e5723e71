using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Deq.Solvers;

/// <summary>
/// How far every sample of a solve has come: its residuals, whether it is done and how. A sample is done at its first residual that meets
/// the tolerance, or when it is not finite; what stands beside it in the batch changes nothing.
/// </summary>
/// <remarks>A sample's result is its best iterate, or, of an iteration whose steps are its definition, its latest.</remarks>
internal sealed class SampleProgress
{
    // A fall of the best residual by less than this over the last third of a solve is none.
    private const double Progress = 0.99;
    private const double Growth = 10;

    private readonly SolveSettings settings;
    private readonly bool takesLatest;
    private readonly double[] residual;
    private readonly double[] firstNorm, latestNorm;   // ||f(z) - z||, in either stop mode: a relative residual cannot grow without bound
    private readonly int[] evaluations;
    private readonly SolveOutcome?[] done;
    private readonly List<double[]> trace = [];
    private readonly List<double[]> bestTrace = [];
    private readonly double[] scales;
    private int open;

    public SampleProgress(int batch, SolveSettings settings, bool takesLatest = false)
    {
        (this.settings, this.takesLatest) = (settings, takesLatest);
        residual = new double[batch];
        Array.Fill(residual, double.PositiveInfinity);
        (firstNorm, latestNorm) = (new double[batch], new double[batch]);
        evaluations = new int[batch];
        done = new SolveOutcome?[batch];
        scales = new double[batch];
        for (var b = 0; b < batch; b++) scales[b] = settings.Scales?[b] ?? 1;
        open = batch;
    }

    public int Batch => residual.Length;

    public bool AllDone => open == 0;

    public bool IsDone(int sample) => done[sample] is not null;

    /// <summary>From now on residuals come of a problem that is divided by these numbers.</summary>
    public void Rescale(IReadOnlyList<double> by)
    {
        for (var b = 0; b < Batch; b++) scales[b] *= by[b];
    }

    /// <summary>The next iterate where a sample goes on, the present one, on no tape, where it is done.</summary>
    public Tensor Rest(Tensor next, Tensor present)
    {
        if (open == Batch) return next;
        using var rests = torch.tensor([.. done.Select(outcome => outcome is not null)], device: next.device).unsqueeze(1);
        return torch.where(rests, present.detach(), next);
    }

    public bool IsNotFinite(int sample) => done[sample] == SolveOutcome.NotFinite;

    /// <summary>Takes the numbers of an iterate of every sample.</summary>
    /// <param name="squares">Per sample ||f(z) - z||^2 and ||f(z)||^2.</param>
    /// <param name="evaluation">How many evaluations the solve has made.</param>
    /// <param name="better">Gets which samples this iterate is the best of so far.</param>
    /// <param name="mayConverge">Whether a residual that meets the tolerance ends its sample.</param>
    /// <returns>How many those are.</returns>
    public int Offer(Func<int, (double Residual, double Image)> squares, int evaluation, Span<bool> better, bool mayConverge = true)
    {
        better.Clear();
        var improved = 0;
        var now = new double[Batch];
        for (var b = 0; b < Batch; b++)
        {
            if (done[b] is not null) { now[b] = trace[^1][b]; continue; }
            evaluations[b] = evaluation;
            var (g, f) = squares(b);
            now[b] = Residual(b, g, f);
            latestNorm[b] = Math.Sqrt(g);
            if (trace.Count == 0) firstNorm[b] = latestNorm[b];
            if (!double.IsFinite(g) || !double.IsFinite(f))
            {
                Close(b, SolveOutcome.NotFinite);
                // The result is the last finite iterate, whose residual is the one before.
                if (trace.Count > 0) residual[b] = trace[^1][b];
            }
            // Of an iteration that runs away the relative residual may fall: what lies so far out is no better for it.
            else if (now[b] <= settings.Tolerance || takesLatest || (now[b] < residual[b] && latestNorm[b] <= Growth * firstNorm[b]))
            {
                if (mayConverge && now[b] <= settings.Tolerance) Close(b, SolveOutcome.Converged);
                residual[b] = now[b];
                better[b] = true;
                improved++;
            }
        }
        trace.Add(now);
        bestTrace.Add((double[])residual.Clone());
        settings.Observer?.OnEvaluation(settings.Subject, evaluation, Array.AsReadOnly(now));
        return improved;
    }

    /// <summary>Notes that what would be the result of a sample is not finite.</summary>
    public void Spoil(int sample)
    {
        if (done[sample] is null) open--;
        done[sample] = SolveOutcome.NotFinite;
    }

    /// <summary>Ends the solve, and tells who watches.</summary>
    /// <param name="total">Evaluations made.</param>
    public SolveStatistics End(int total)
    {
        var statistics = new SolveStatistics(settings.Subject, settings.Solver.Name, settings.Tolerance, total,
            [.. trace], evaluations, residual, [.. Enumerable.Range(0, Batch).Select(Outcome)]);
        if (!settings.IsTrial) SolveMetrics.Record(statistics);
        settings.Observer?.OnEnd(statistics);
        return statistics;
    }

    // 0/0 is an exact fixed point at the origin; x/0 with x > 0 is one that no relative tolerance accepts.
    private double Residual(int sample, double squaredResidual, double squaredImage) => settings.StopMode switch
    {
        StopMode.Absolute => Math.Sqrt(squaredResidual) * scales[sample],
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
}
