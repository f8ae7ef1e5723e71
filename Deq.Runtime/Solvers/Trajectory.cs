using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Iterates of a solve, evenly spread over each sample's own evaluations, in memory that does not grow with them: of the way so far every
/// 2^j-th iterate is kept, at most twice as many as are wanted, and a sample that ends takes its rows from those. What it takes
/// depends on its own evaluations alone.
/// </summary>
/// <param name="count">Iterates wanted, at least 1.</param>
internal sealed class Trajectory(int count) : IDisposable
{
    private readonly List<(int Evaluation, Tensor Rows)> kept = [];
    private readonly Tensor?[] chosen = new Tensor?[count];
    private bool[] taken = [];
    private int evaluation;
    private int every = 1;

    private int Capacity => Math.Max(4, 2 * count);

    /// <summary>Takes the iterate of an evaluation.</summary>
    /// <param name="rows">z, B x D; not changed later.</param>
    public void Offer(Tensor rows)
    {
        evaluation++;
        if ((evaluation - 1) % every != 0) return;
        // Evaluations 1, 1 + every, 1 + 2 every, ...: of a solve so long that these are too many, every other one.
        if (kept.Count == Capacity)
        {
            every *= 2;
            for (var i = kept.Count - 1; i > 0; i -= 2) Remove(i);
            if ((evaluation - 1) % every != 0) return;
        }
        kept.Add((evaluation, rows.alias().DetachFromDisposeScope()));
    }

    /// <summary>Takes the rows of the samples that are done, or of all at the end.</summary>
    /// <param name="batch">B.</param>
    /// <param name="done">Whether a sample is done.</param>
    public void Settle(int batch, Func<int, bool> done)
    {
        if (taken.Length == 0) taken = new bool[batch];
        var now = new bool[batch];
        var any = false;
        for (var b = 0; b < batch; b++)
        {
            if (taken[b] || !done(b)) continue;
            any = taken[b] = now[b] = true;
        }
        if (!any) return;
        using var scope = NewDisposeScope();
        var mask = tensor(now, device: kept[0].Rows.device).unsqueeze(1);
        for (var i = 0; i < count; i++)
        {
            var rows = Nearest((i + 1.0) * evaluation / (count + 1));
            var before = chosen[i];
            chosen[i] = (before is null ? rows.alias() : where(mask, rows, before)).DetachFromDisposeScope();
            before?.Dispose();
        }
    }

    /// <summary>The iterates, from the first on: B x D each, in the caller's dispose scope.</summary>
    public Tensor[] Take()
    {
        Tensor[] result = [.. chosen.OfType<Tensor>().Select(rows => rows.alias())];
        Dispose();
        return result;
    }

    public void Dispose()
    {
        while (kept.Count > 0) Remove(kept.Count - 1);
        for (var i = 0; i < count; i++)
        {
            chosen[i]?.Dispose();
            chosen[i] = null;
        }
    }

    private Tensor Nearest(double target)
    {
        var nearest = kept[0];
        foreach (var candidate in kept)
            if (Math.Abs(candidate.Evaluation - target) < Math.Abs(nearest.Evaluation - target)) nearest = candidate;
        return nearest.Rows;
    }

    private void Remove(int index)
    {
        kept[index].Rows.Dispose();
        kept.RemoveAt(index);
    }
}
