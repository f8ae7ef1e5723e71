using static TorchSharp.torch;

namespace Deq.Regularization;

/// <summary>The penalty that one call drew, until the backward pass of that call.</summary>
internal sealed class PendingPenalty(Tensor term) : IDisposable
{
    public bool WasRead { get; private set; }

    /// <summary>Whether the call's backward pass has begun: the term belongs to no later loss.</summary>
    public bool IsSettled { get; set; }

    public bool IsGone => term.IsInvalid;

    /// <summary>The term, in the reader's dispose scope.</summary>
    public Tensor Read()
    {
        WasRead = true;
        return term.alias();
    }

    public void Dispose() => term.Dispose();
}
