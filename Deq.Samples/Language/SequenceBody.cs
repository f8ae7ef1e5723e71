using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>What stands between the words as vectors and the softmax: B x T x D to B x T x D, causal.</summary>
internal abstract class SequenceBody(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>
    /// While positive, a body with an equilibrium applies its cell so many times from zero instead of solving for it, and is back-propagated
    /// through; one of stacked layers has nothing to change.
    /// </summary>
    public int StackedApplications { get; set; }

    /// <summary>Reads a segment after what is remembered of those before it.</summary>
    /// <param name="words">B x T x D.</param>
    /// <param name="memory">What <paramref name="next"/> was after the segment before; null at the beginning of a text.</param>
    /// <param name="next">B x M x ..., on no tape: what the next segment needs of this one; null for a body without memory.</param>
    /// <returns>B x T x D.</returns>
    public abstract Tensor Read(Tensor words, Tensor? memory, out Tensor? next);

    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        return Read(words, null, out _).MoveToOuterDisposeScope();
    }

    /// <summary>The last positions of what was remembered with what is new, B x M x ..., detached.</summary>
    protected static Tensor? Remember(int positions, Tensor? memory, params ReadOnlySpan<Tensor> states)
    {
        if (positions == 0) return null;
        using DisposeScope scope = NewDisposeScope();
        Tensor latest = cat([.. states], -1).detach();
        Tensor all = memory is null ? latest : cat([memory, latest], 1);
        long kept = Math.Min(positions, all.shape[1]);
        return all.narrow(1, all.shape[1] - kept, kept).clone().MoveToOuterDisposeScope();
    }
}
