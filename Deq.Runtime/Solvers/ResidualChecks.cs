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

    /// <summary>Takes an evaluation; reads its numbers, and those of the evaluations that wait, where it is time.</summary>
    /// <param name="numbers">B x (2 + n).</param>
    /// <param name="candidate">What would be the result, B x D; not changed later.</param>
    /// <param name="iterate">z, B x D; not changed later.</param>
    /// <param name="evaluation">How many evaluations the solve has made.</param>
    /// <param name="last">Whether it is the last one.</param>
    public void Take(Measurements numbers, Tensor candidate, Tensor iterate, int evaluation, bool last)
    {
        if (every == 1)
        {
            numbers.Read();
            Offer(numbers, candidate, iterate, evaluation);
            return;
        }
        // Beyond the scope of this evaluation, until the check.
        numbers.Hold();
        waiting.Add((numbers, candidate.alias().MoveToOuterDisposeScope(), iterate.alias().MoveToOuterDisposeScope(), evaluation));
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
            if (!progress.AllDone) Offer(numbers, candidate, iterate, evaluation);
            candidate.Dispose();
            iterate.Dispose();
        }
        waiting.Clear();
    }

    private void Offer(Measurements numbers, Tensor candidate, Tensor iterate, int evaluation)
    {
        var improved = progress.Offer(b => (numbers[b, 0], numbers[b, 1]), evaluation, better);
        best.Offer(candidate, better, improved);
        if (trajectory is null) return;
        trajectory.Offer(iterate.to(type));
        trajectory.Settle(progress.Batch, progress.IsDone);
    }
}
