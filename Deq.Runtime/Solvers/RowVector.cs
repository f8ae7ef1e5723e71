using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>One vector per sample, in memory that managed code reads itself (<see cref="HostRows"/>).</summary>
/// <param name="Tensor">B x n x D, contiguous; B x D where n is one.</param>
/// <param name="Slots">n.</param>
/// <param name="Slot">Which of the n it is.</param>
internal readonly record struct RowVector(Tensor Tensor, int Slots, int Slot)
{
    /// <summary>Where a sample's numbers begin.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="size">D.</param>
    public int Row(int sample, int size) => (sample * Slots + Slot) * size;
}
