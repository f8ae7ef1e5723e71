namespace Deq.Samples.Images;

/// <summary>How training images are varied.</summary>
internal enum Augmentation
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Moved by up to four pixels, zeros at the border, and mirrored half of the time: CIFAR-10's usual one.</summary>
    ShiftAndFlip,

    /// <summary>A random part of the image, resized, and mirrored half of the time: ImageNet's usual one.</summary>
    CropAndFlip,
}
