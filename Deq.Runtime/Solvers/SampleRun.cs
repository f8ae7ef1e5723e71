namespace Deq.Solvers;

/// <summary>
/// Consecutive samples of a batch that use as many vectors of a history. A sum over vectors that a neighbour alone uses, at weight zero, is
/// the same number in other bits, since BLAS adds a wider one up in another order: so each sample is summed at its own width.
/// </summary>
/// <param name="First">The first sample.</param>
/// <param name="Count">Samples.</param>
/// <param name="Width">Vectors that each of them uses.</param>
internal readonly record struct SampleRun(int First, int Count, int Width)
{
    /// <summary>The fewest runs.</summary>
    /// <param name="widths">Vectors that each sample uses.</param>
    public static IEnumerable<SampleRun> Of(IReadOnlyList<int> widths)
    {
        for (int first = 0, next; first < widths.Count; first = next)
        {
            for (next = first + 1; next < widths.Count && widths[next] == widths[first];) next++;
            yield return new(first, next - first, widths[first]);
        }
    }
}
