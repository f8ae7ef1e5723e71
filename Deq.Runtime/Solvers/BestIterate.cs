using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>The rows of the result so far: of every sample its first iterate that meets the tolerance, else its best finite one.</summary>
/// <param name="start">z_0, B x D: the result of a sample that is not finite from the first evaluation on.</param>
internal sealed class BestIterate(Tensor start)
{
    private Tensor rows = start.alias();

    /// <param name="candidate">B x D; not changed later.</param>
    /// <param name="better">Which samples it is the best of.</param>
    /// <param name="improved">How many those are.</param>
    public void Offer(Tensor candidate, bool[] better, int improved)
    {
        // By reference where every sample improves; by rows, one pass more, where not.
        if (improved == better.Length) Replace(candidate.alias());
        else if (improved > 0) Replace(where(tensor(better, device: candidate.device).unsqueeze(1), candidate, rows));
    }

    /// <summary>Another z_0, before anything was offered.</summary>
    public void Restart(Tensor start) => Replace(start.alias());

    /// <summary>B x D, in the scope of the solve.</summary>
    public Tensor Take() => rows;

    private void Replace(Tensor next)
    {
        rows.Dispose();
        rows = next.MoveToOuterDisposeScope();
    }
}
