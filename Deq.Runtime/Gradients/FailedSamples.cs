using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>
/// The samples of a batch whose solve was not finite. On a tape a copy of another sample stands in for each: its adjoint is zero, and zero times a
/// finite derivative is zero in every parameter, where zero times what such a sample holds would be NaN.
/// </summary>
internal sealed class FailedSamples
{
    private readonly int standIn;

    private FailedSamples(bool[] flags, int standIn) => (Flags, this.standIn) = (flags, standIn);

    /// <summary>Per sample, whether it failed.</summary>
    public bool[] Flags { get; }

    /// <summary>Whether there is a sample that did not fail.</summary>
    public bool HasStandIn => standIn >= 0;

    /// <summary>Those of a solve; null for none.</summary>
    public static FailedSamples? Of(SolveStatistics solve)
    {
        if (!solve.Outcomes.Contains(SolveOutcome.NotFinite)) return null;
        SolveOutcome[] outcomes = [.. solve.Outcomes];
        // The derivative of a sample that converged is the least likely to be none.
        var standIn = Array.FindIndex(outcomes, outcome => outcome == SolveOutcome.Converged);
        if (standIn < 0) standIn = Array.FindIndex(outcomes, outcome => outcome != SolveOutcome.NotFinite);
        return new([.. outcomes.Select(outcome => outcome == SolveOutcome.NotFinite)], standIn);
    }

    /// <summary>The samples that failed as B x 1 ..., to choose rows by.</summary>
    /// <param name="like">B x ....</param>
    public Tensor Rows(Tensor like) => tensor(Flags, device: like.device).reshape([Flags.Length, .. Enumerable.Repeat(1L, (int)like.dim() - 1)]);

    /// <summary>The tensor with the stand-in's row, without a gradient, in place of each that failed; itself where there is no stand-in, or where it has no row per sample.</summary>
    public Tensor Replace(Tensor rows)
    {
        if (!HasStandIn || rows.dim() == 0 || rows.shape[0] != Flags.Length || rows.is_sparse) return rows;
        using var scope = NewDisposeScope();
        var copies = rows.detach().index_select(0, tensor((long)standIn, device: rows.device).reshape(1));
        return where(Rows(rows), copies, rows).MoveToOuterDisposeScope();
    }

    /// <summary>Whether the other samples' values are the same, to the bit.</summary>
    /// <param name="after">f where rows were replaced.</param>
    /// <param name="before">f where none was.</param>
    public bool KeepsOthers(Tensor after, Tensor before)
    {
        using var untaped = no_grad();
        using var scope = NewDisposeScope();
        return where(Rows(after), zeros_like(after), after).eq(where(Rows(before), zeros_like(before), before)).all().item<bool>();
    }
}
