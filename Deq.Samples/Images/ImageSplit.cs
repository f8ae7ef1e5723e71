namespace Deq.Samples.Images;

/// <summary>Labelled images that are read one by one, from memory or from disk.</summary>
internal abstract class ImageSplit
{
    public abstract int Count { get; }

    /// <summary>The label of an image, from 0 and below the number of classes of its <see cref="ImageData"/>.</summary>
    public abstract int Label(int index);

    /// <exception cref="Data.DataFileException">A file that is read only now is missing or corrupt.</exception>
    public abstract RawImage Read(int index);

    /// <summary>What tells this image from another: its pixels, unless reading all of them would take hours.</summary>
    public virtual ReadOnlyMemory<byte> Fingerprint(int index) => Read(index).Pixels;

    /// <summary>The images of a range.</summary>
    public ImageSplit Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Count);
        return new Part(this, start, count);
    }

    private sealed class Part(ImageSplit whole, int start, int count) : ImageSplit
    {
        public override int Count => count;

        public override int Label(int index) => whole.Label(start + Checked(index));

        public override RawImage Read(int index) => whole.Read(start + Checked(index));

        public override ReadOnlyMemory<byte> Fingerprint(int index) => whole.Fingerprint(start + Checked(index));

        private int Checked(int index) => (uint)index < (uint)count ? index : throw new ArgumentOutOfRangeException(nameof(index));
    }
}
