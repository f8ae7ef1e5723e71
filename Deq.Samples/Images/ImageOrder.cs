namespace Deq.Samples.Images;

/// <summary>The order in which an epoch shows its images.</summary>
internal static class ImageOrder
{
    // An epoch's order is asked for at every one of its steps; a million images take 20 ms to shuffle.
    [ThreadStatic]
    private static (int Count, int Seed, long Epoch, int[] Order)? latest;

    /// <summary>A permutation of 0 .. count - 1 that depends on seed and epoch alone.</summary>
    public static int[] Of(int count, int seed, long epoch)
    {
        if (latest is { } kept && kept.Count == count && kept.Seed == seed && kept.Epoch == epoch) return kept.Order;
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(ImageBatches.HashOf(seed, epoch, -1)).Shuffle(order);
        latest = (count, seed, epoch, order);
        return order;
    }
}
