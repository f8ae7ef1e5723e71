using Deq.Samples.Images;

namespace Deq.Samples.RevDeq;

/// <summary>The presets of <c>revdeq</c> on images; <c>cifar10</c> has the settings of McCallum, Arora, Foster 2025 as their code has them.</summary>
internal static class RevDeqPresets
{
    private const long CifarImages = 50_000;

    public static IReadOnlyList<ImagePreset<RevDeqSettings>> All { get; } =
    [
        new("quick", "Fashion-MNIST in minutes on two cores", new RevDeqSettings(), new ImageSettings { Output = Path.Combine("runs", "revdeq"), Images = 64_000 }),
        new("cifar10", "The multi-scale implicit ResNet on CIFAR-10, for a GPU", new RevDeqSettings
        {
            Input = new ImageShape(3, 32, 32),
            Channels = [128, 256, 256, 128],
            Widths = [1, 3, 3, 1],
            SmallStem = false,
            ChannelsPerGroup = 16,
        }, new ImageSettings
        {
            Dataset = ImageDataset.Cifar10,
            Output = Path.Combine("runs", "revdeq-cifar10"),
            Batch = 64,
            // How long the authors train, and by which schedule, is not known to us: a cosine to zero, not clipped, is ours.
            Images = 100 * CifarImages,
            LearningRate = 3e-4,
            LastShare = 0,
            WeightDecay = 1e-2,
            WarmUpSteps = 0,
            Clip = double.PositiveInfinity,
            Augmentation = Augmentation.ShiftAndFlip,
        }, "about 10 M"),
    ];
}
