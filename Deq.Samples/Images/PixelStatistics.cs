namespace Deq.Samples.Images;

/// <summary>Mean and standard deviation per channel of pixels from 0 to 1, with which images are normalised.</summary>
internal sealed record PixelStatistics(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    /// <summary>Fashion-MNIST's training images (measured on all 60,000).</summary>
    public static readonly PixelStatistics FashionMnist = new([0.2860f], [0.3530f]);

    /// <summary>CIFAR-10's training images (measured on all 50,000; the figures commonly used).</summary>
    public static readonly PixelStatistics Cifar10 = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);

    /// <summary>ImageNet's training images (the figures commonly used).</summary>
    public static readonly PixelStatistics ImageNet = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
}
