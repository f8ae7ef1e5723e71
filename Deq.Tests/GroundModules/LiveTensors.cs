using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

/// <summary>Counts tensors, in spite of those that tests before this one left to their finalizers.</summary>
internal static class LiveTensors
{
    public static void AssertNoneLeftBy(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        action();
        Assert.InRange(Tensor.TotalCount, 0, before);
    }
}
