namespace Deq.Samples.Images;

/// <summary>An image as bytes, channel after channel, row after row: C x H x W.</summary>
internal readonly record struct RawImage(ImageShape Shape, ReadOnlyMemory<byte> Pixels);
