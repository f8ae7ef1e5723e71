using static TorchSharp.torch;

namespace Deq;

/// <summary>Samples as rows.</summary>
internal static class SampleRows
{
    /// <summary>B x D of B x ...; a view where there can be one.</summary>
    /// <remarks>Not flatten(1): a state may have the batch for its only dimension. Not a size of -1: the rows of an empty batch have a length too, and empty rows none.</remarks>
    public static Tensor Of(Tensor t)
    {
        var shape = t.shape;
        return t.reshape(shape[0], shape.Skip(1).Aggregate(1L, (size, n) => size * n));
    }
}
