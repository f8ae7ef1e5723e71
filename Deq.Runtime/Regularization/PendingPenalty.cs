using static TorchSharp.torch;

namespace Deq.Regularization;

/// <summary>The penalty that one call drew, until the backward pass of that call.</summary>
internal sealed class PendingPenalty(Tensor term)
{
    public bool WasRead { get; private set; }

    public bool IsGone => term.IsInvalid;

    public Tensor Read()
    {
        WasRead = true;
        return term;
    }
}
