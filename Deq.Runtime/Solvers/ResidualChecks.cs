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
    private readonly List<(Tensor Numbers, Tensor Candidate, Tensor Iterate, int Evaluation)> waiting = [];
    private readonly bool[] better = new bool[progress.Batch];

    /// <summary>Takes an evaluation; reads it, and those that wait, where it is time.</summary>
    /// <param name="numbers">B x (2 + n).</param>
    /// <param name="candidate">What would be the result, B x D; not changed later.</param>
    /// <param name="iterate">z, B x D; not changed later.</param>
    /// <param name="evaluation">How many evaluations the solve has made.</param>
    /// <param name="last">Whether it is the last one.</param>
    /// <returns>The numbers; of an evaluation that waits, none.</returns>
    public Measurements Take(Tensor numbers, Tensor candidate, Tensor iterate, int evaluation, bool last)
    {
        if (every == 1)
        {
            var read = Measurements.Read(numbers);
            Offer(read, 0, candidate, iterate, evaluation);
            return read;
        }
        // Beyond the scope of this evaluation, until the check.
        waiting.Add((numbers.alias().MoveToOuterDisposeScope(), candidate.alias().MoveToOuterDisposeScope(), iterate.alias().MoveToOuterDisposeScope(), evaluation));
        if (last || waiting.Count == every) Flush();
        return Measurements.None;
    }

    /// <summary>Reads what waits, in one transfer.</summary>
    public void Flush()
    {
        if (waiting.Count == 0) return;
        using var table = cat([.. waiting.Select(w => w.Numbers)], 1);
        var read = Measurements.Read(table);
        var columns = read.Columns / waiting.Count;
        for (var i = 0; i < waiting.Count; i++)
        {
            // Samples may all be done before the last one: what was evaluated beyond is no one's.
            if (!progress.AllDone) Offer(read, i * columns, waiting[i].Candidate, waiting[i].Iterate, waiting[i].Evaluation);
            waiting[i].Numbers.Dispose();
            waiting[i].Candidate.Dispose();
            waiting[i].Iterate.Dispose();
        }
        waiting.Clear();
    }

    private void Offer(Measurements read, int column, Tensor candidate, Tensor iterate, int evaluation)
    {
        var improved = progress.Offer(b => (read[b, column], read[b, column + 1]), evaluation, better);
        best.Offer(candidate, better, improved);
        if (trajectory is null) return;
        trajectory.Offer(iterate.to(type));
        trajectory.Settle(progress.Batch, progress.IsDone);
    }
}
