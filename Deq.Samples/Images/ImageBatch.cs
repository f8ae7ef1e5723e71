using static TorchSharp.torch;

namespace Deq.Samples.Images;

/// <summary>Images and their labels.</summary>
/// <param name="Pixels">B x C x H x W, normalised.</param>
/// <param name="Labels">B.</param>
internal readonly record struct ImageBatch(float[] Pixels, long[] Labels, ImageShape Shape)
{
    public int Count => Labels.Length;

    /// <returns>B x C x H x W and B.</returns>
    public (Tensor Images, Tensor Labels) ToTensors(Device? device = null) =>
        (tensor(Pixels, [Count, Shape.Channels, Shape.Height, Shape.Width], device: device), tensor(Labels, device: device));
}
