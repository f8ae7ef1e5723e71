using static TorchSharp.torch;

namespace Deq.Regularization;

/// <summary>
/// The penalties that a layer's calls drew and whose backward pass has not run: what <c>model.JacobianPenalty()</c> adds up. Nothing that
/// was read, or whose backward pass has run, stays here after the next call.
/// </summary>
internal sealed class PendingPenalties(string layer)
{
    // Calls of one layer in one training step; past it the oldest is let go, so that a loop without a backward pass holds no graph for good.
    private const int Most = 256;

    private readonly Lock gate = new();
    private readonly List<PendingPenalty> pending = [];
    private bool warned;

    public PendingPenalty Add(Tensor term)
    {
        var added = new PendingPenalty(term);
        lock (gate)
        {
            foreach (var done in pending.Where(p => p.WasRead || p.IsSettled)) done.Dispose();
            pending.RemoveAll(p => p.IsGone);
            if (pending.Count == Most)
            {
                WarnUnread();
                pending[0].Dispose();
                pending.RemoveAt(0);
            }
            pending.Add(added);
        }
        return added;
    }

    /// <summary>The terms of the calls whose backward pass has not run; they count as read.</summary>
    public Tensor[] Read()
    {
        lock (gate) return [.. pending.Where(p => !p.IsGone && !p.IsSettled).Select(p => p.Read())];
    }

    /// <summary>The call's backward pass runs: its term must have been added to the loss by now.</summary>
    public void Settle(PendingPenalty penalty)
    {
        lock (gate)
        {
            if (!penalty.IsSettled && !penalty.WasRead) WarnUnread();
            penalty.IsSettled = true;
        }
    }

    private void WarnUnread()
    {
        if (warned) return;
        warned = true;
        EquilibriumWarnings.Raise($"{layer} drew a Jacobian penalty that nobody read before the backward pass, so it regularises nothing. "
            + "Add it to the loss: loss + model.JacobianPenalty(); or set Options.JacobianGamma = 0. (Said once.)");
    }
}
