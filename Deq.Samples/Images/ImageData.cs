using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Deq.Samples.Images;

/// <summary>A data set of labelled images.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Shape">What a model is given: images of another size are resized to it.</param>
/// <param name="ClassNames">The classes by label.</param>
/// <param name="Pixels">Means and deviations of the training images' channels.</param>
/// <param name="Train">To train on.</param>
/// <param name="Validation">To watch the training with; none of them is trained on.</param>
/// <param name="Test">For the final figure.</param>
internal sealed record ImageData(
    string Name, ImageShape Shape, IReadOnlyList<string> ClassNames, PixelStatistics Pixels, ImageSplit Train, ImageSplit Validation, ImageSplit Test)
{
    public int Classes => ClassNames.Count;

    /// <summary>SHA-256 of the training images and their labels, in their order.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(ClassNames));
        Span<byte> place = stackalloc byte[2 * sizeof(int)];
        for (int index = 0; index < Train.Count; index++)
        {
            ReadOnlyMemory<byte> image = Train.Fingerprint(index);
            BinaryPrimitives.WriteInt32LittleEndian(place, Train.Label(index));
            BinaryPrimitives.WriteInt32LittleEndian(place[sizeof(int)..], image.Length);
            hash.AppendData(place);
            hash.AppendData(image.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The share of the training images that is kept for validation, at least one and at most so many: their last, whatever the seed.</summary>
    private const int ValidationShare = 10, MostValidation = 2000;

    /// <summary>A data set of two splits, some of the training images put aside for validation.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="shape">What a model is given.</param>
    /// <param name="classNames">The classes by label.</param>
    /// <param name="pixels">Means and deviations, of a set whose authors publish them.</param>
    /// <param name="train">The training images in an order that mixes the classes.</param>
    /// <param name="test">The test images.</param>
    public static ImageData FromTwoSplits(
        string name, ImageShape shape, IReadOnlyList<string> classNames, PixelStatistics pixels, ImageSplit train, ImageSplit test)
    {
        int validation = Math.Clamp(train.Count / ValidationShare, 1, MostValidation), kept = train.Count - validation;
        return new ImageData(name, shape, classNames, pixels, train.Slice(0, kept), train.Slice(kept, validation), test);
    }
}
