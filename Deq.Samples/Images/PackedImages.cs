namespace Deq.Samples.Images;

/// <summary>Images of one shape in one piece of memory.</summary>
internal sealed class PackedImages : ImageSplit
{
    private readonly ImageShape shape;
    private readonly byte[] pixels, labels;

    /// <param name="shape">Of every image.</param>
    /// <param name="pixels">N x C x H x W.</param>
    /// <param name="labels">N.</param>
    public PackedImages(ImageShape shape, byte[] pixels, byte[] labels)
    {
        if (pixels.LongLength != (long)labels.Length * shape.Size)
            throw new ArgumentException($"{pixels.LongLength} pixels are not {labels.Length} images of {shape}.", nameof(pixels));
        (this.shape, this.pixels, this.labels) = (shape, pixels, labels);
    }

    public override int Count => labels.Length;

    public override int Label(int index) => labels[index];

    public override RawImage Read(int index) => new(shape, pixels.AsMemory(checked(index * shape.Size), shape.Size));
}
