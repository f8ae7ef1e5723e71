namespace TorchSharp;

/// <summary>
/// The collector sees a tensor as a few words and never the megabytes behind it, so a program that leaves its tensors to the
/// finalizers would grow without bound. What is handed out and not yet given back is counted here, and each time that it has grown
/// by <see cref="Step"/> the collector is asked to look. (Telling it by <c>GC.AddMemoryPressure</c> tensor by tensor costs more
/// than twice as much.)
/// </summary>
internal static class NativeMemoryBudget
{
    /// <summary>256 MB in units of 64 bytes.</summary>
    private const long Step = 256L << 20 >> 6;

    private static long _held;
    private static long _limit = Step;
    private static int _collections;

    internal static void Took(int units)
    {
        if (units != 0 && Interlocked.Add(ref _held, units) > Volatile.Read(ref _limit)) Collect();
    }

    internal static void Gave(int units)
    {
        if (units == 0) return;
        long held = Interlocked.Add(ref _held, -units);
        // What is held has gone down for good: the next look must not wait for the old height.
        if (held + (2 * Step) < Volatile.Read(ref _limit)) Volatile.Write(ref _limit, held + Step);
    }

    private static void Collect()
    {
        // Raised before collecting, so that other threads do not collect as well.
        Volatile.Write(ref _limit, Interlocked.Read(ref _held) + Step);
        int n = Interlocked.Increment(ref _collections);
        // Most dropped tensors are young. What survived a look by chance is older: look there now and then.
        GC.Collect(n % 16 == 0 ? 2 : n % 4 == 0 ? 1 : 0, GCCollectionMode.Forced, blocking: true);
    }
}
