using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// When residuals come to the host. Evaluations between two checks wait with their iterates, and a check takes them one after the other,
/// as if each had been read at once: what is found does not depend on how often is looked.
/// </summary>
/// <param name="progress">Told of every evaluation, in order.</param>
/// <param name="best">Offered every candidate, in order.</param>
/// <param name="trajectory">Offered every iterate, in order; null for none.</param>
/// <param name="type">The cell's type, in which a trajectory is.</param>
/// <param name="every">Evaluations per check, at least 1.</param>
internal sealed class ResidualChecks(SampleProgress progress, BestIterate best, Trajectory? trajectory, ScalarType type, int every)
{
    private readonly List<(Measurements Numbers, Tensor Candidate, Tensor Iterate, int Evaluation)> waiting = [];
    private readonly bool[] better = new bool[progress.Batch];
    private readonly bool[] failed = new bool[progress.Batch];
    private Tensor? previous;

    /// <summary>What iterates are divided by, B x 1; null for one.</summary>
    public Tensor? Scale { get; set; }

    /// <summary>Takes an evaluation; reads its numbers, and those of the evaluations that wait, where it is time.</summary>
    /// <param name="numbers">B x (2 + n).</param>
    /// <param name="candidate">What would be the result, B x D; not changed later.</param>
    /// <param name="iterate">z, B x D; not changed later.</param>
    /// <param name="image">f(z), B x D.</param>
    /// <param name="evaluation">How many evaluations the solve has made.</param>
    /// <param name="last">Whether it is the last one.</param>
    public void Take(Measurements numbers, Tensor candidate, Tensor iterate, Tensor image, int evaluation, bool last)
    {
        if (every == 1)
        {
            numbers.Read();
            var exact = OutOfRange(numbers, iterate) ? Squares(iterate, image) : null;
            Offer(b => exact is not null && IsOutOfRange(numbers, b) ? (exact[b, 0], exact[b, 1]) : (numbers[b, 0], numbers[b, 1]), candidate, iterate, evaluation);
            return;
        }
        // Beyond the scope of this evaluation, until the check.
        numbers.Hold();
        var held = iterate.alias().MoveToOuterDisposeScope();
        waiting.Add((numbers, ReferenceEquals(candidate, iterate) ? held : candidate.alias().MoveToOuterDisposeScope(), held, evaluation));
        if (last || waiting.Count == every) Flush();
    }

    /// <summary>Reads what waits, in one transfer.</summary>
    public void Flush()
    {
        if (waiting.Count == 0) return;
        Measurements.Read(waiting.ConvertAll(w => w.Numbers));
        foreach (var (numbers, candidate, iterate, evaluation) in waiting)
        {
            // Samples may all be done before the last one: what was evaluated beyond is no one's.
            if (!progress.AllDone) Offer(b => (numbers[b, 0], numbers[b, 1]), candidate, iterate, evaluation);
            candidate.Dispose();
            iterate.Dispose();
        }
        waiting.Clear();
    }

    private void Offer(Func<int, (double, double)> squares, Tensor candidate, Tensor iterate, int evaluation)
    {
        var improved = progress.Offer(squares, evaluation, better);
        best.Offer(candidate, better, improved);
        KeepLastFinite(iterate, isCandidate: ReferenceEquals(iterate, candidate));
        if (trajectory is null) return;
        trajectory.Offer((Scale is null ? iterate : iterate * Scale).to(type));
        trajectory.Settle(progress.Batch, progress.IsDone);
    }

    /// <summary>The result of a sample that has stopped being finite is the iterate before, the last at which f was.</summary>
    private void KeepLastFinite(Tensor iterate, bool isCandidate)
    {
        int count = 0, elsewhere = 0;
        for (var b = 0; b < failed.Length; b++)
        {
            // What has just become the best iterate of a sample need not be kept a second time.
            if (!progress.IsDone(b) && !(isCandidate && better[b])) elsewhere++;
            better[b] = !failed[b] && progress.IsNotFinite(b);
            if (!better[b]) continue;
            failed[b] = true;
            count++;
        }
        if (previous is not null) best.Offer(previous, better, count);
        previous?.Dispose();
        previous = elsewhere == 0 ? null : iterate.detach().MoveToOuterDisposeScope();
    }

    // Squares of float32 numbers that are themselves in range.
    private bool OutOfRange(Measurements read, Tensor iterate)
    {
        if (iterate.dtype == ScalarType.Float64) return false;
        for (var b = 0; b < progress.Batch; b++) if (!progress.IsDone(b) && IsOutOfRange(read, b)) return true;
        return false;
    }

    private static bool IsOutOfRange(Measurements read, int sample) => !(read[sample, 1] is >= 1e-20 and <= 1e30 && read[sample, 0] <= 1e30);

    private static Measurements Squares(Tensor iterate, Tensor image)
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        Tensor wide = image.to(ScalarType.Float64), residual = wide - iterate.to(ScalarType.Float64);
        return Measurements.Read(cat([residual.square().sum(1, true), wide.square().sum(1, true)], 1));
    }
}
