using Deq.Samples.Data;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

internal static class SegmentTensors
{
    /// <summary>The words and the words that follow them, each rows x length.</summary>
    public static (Tensor Words, Tensor Next) ToTensors(this Segment segment, Device device)
    {
        long[] shape = [segment.Rows, segment.Length];
        return (tensor(segment.Inputs, shape, device: device), tensor(segment.Targets, shape, device: device));
    }
}
