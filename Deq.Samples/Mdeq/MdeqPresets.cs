using Deq.Samples.Images;
using Deq.Samples.Training;

namespace Deq.Samples.Mdeq;

/// <summary>
/// The presets of <c>mdeq</c>. Those of the papers have the settings of Bai, Koltun, Kolter 2020 (MDEQ) and 2021 (JR, table 4), and of their
/// authors' code where the papers are silent (heads, pre-training, channels).
/// </summary>
internal static class MdeqPresets
{
    private const long CifarImages = 50_000, ImageNetImages = 1_281_167;

    public static IReadOnlyList<ImagePreset<MdeqSettings>> All { get; } =
    [
        new("quick", "Fashion-MNIST in minutes on two cores, with the single-convolution cell in place of the papers'", new MdeqSettings(), Quick),
        new("full", "Fashion-MNIST in half an hour on two cores, with the single-convolution cell in place of the papers'", new MdeqSettings(), Quick with { Images = 750_000 }),
        new("cifar10", "MDEQ on CIFAR-10, for a GPU", CifarForm(0.3), Cifar, "10 M"),
        new("cifar10-jr", "MDEQ with Jacobian regularisation on CIFAR-10, for a GPU: solver, penalty, dropout and epochs of the JR paper's table 4; channels and pre-training of the authors' code, as that table's 28 to 224 channels cannot be cut into 8 groups", CifarForm(0.25), Cifar with
        {
            Solve = PaperSolve("anderson", 7, 8),
            Batch = 96,
            Images = 200 * CifarImages,
            Gamma = 0.5,
            Frequency = 0.05,
            PretrainSteps = 16_000,
            PretrainLayers = 8,
        }, "10 M"),
        new("imagenet-small", "MDEQ-small on ImageNet, for GPUs", ImageNetForm([32, 64, 128, 256], [24, 48, 96, 192], 0), ImageNet(26, 27), "18 M"),
        new("imagenet-small-jr", "MDEQ-small with Jacobian regularisation on ImageNet, for GPUs",
            ImageNetForm([32, 64, 128, 256], [28, 56, 112, 224], 0.02), Regularised(ImageNet(14, 14)), "18 M"),
        new("imagenet-large", "MDEQ-large on ImageNet, for GPUs; its widths are ours, chosen for the paper's number of parameters", ImageNetForm(LargeChannels, LargeHead, 0), ImageNet(30, 30), "63 M"),
        new("imagenet-large-jr", "MDEQ-large with Jacobian regularisation on ImageNet, for GPUs; widths as imagenet-large",
            ImageNetForm(LargeChannels, LargeHead, 0.02), Regularised(ImageNet(15, 15)), "63 M"),
    ];

    // The widths of MDEQ-large could not be read in the papers: these, in the proportions of MDEQ-small, come near its 63 M parameters.
    private static int[] LargeChannels => [80, 160, 320, 640];

    private static int[] LargeHead => [32, 64, 128, 256];

    // Measured on this data: gamma 4 on two of five steps keeps the spectral radius below 1 and gives three points of accuracy.
    private static ImageSettings Quick => new() { Output = Path.Combine("runs", "mdeq"), Images = 115_000, LearningRate = 4e-3, PretrainSteps = 100, Gamma = 4, Frequency = 0.4 };

    private static ImageSettings Cifar => new()
    {
        Dataset = ImageDataset.Cifar10,
        Output = Path.Combine("runs", "mdeq-cifar10"),
        Solve = PaperSolve("broyden", 18, 20),
        Batch = 128,
        Images = 220 * CifarImages,
        Optimizer = ImageOptimizer.Adam,
        LearningRate = 1e-3,
        LastShare = 0,
        WeightDecay = 0,
        WarmUpSteps = 0,
        Clip = double.PositiveInfinity,
        Augmentation = Augmentation.ShiftAndFlip,
        PretrainSteps = 20_000,
        PretrainLayers = 10,
    };

    private static ImageSettings ImageNet(int limit, int backwardLimit) => new()
    {
        Dataset = ImageDataset.ImageFolder,
        Output = Path.Combine("runs", "mdeq-imagenet"),
        Solve = PaperSolve("broyden", limit, backwardLimit),
        Batch = 128,
        Images = 100 * ImageNetImages,
        Optimizer = ImageOptimizer.Sgd,
        LearningRate = 0.05,
        LastShare = 0,
        WeightDecay = 5e-5,
        WarmUpSteps = 0,
        Clip = double.PositiveInfinity,
        Augmentation = Augmentation.CropAndFlip,
        PretrainSteps = 510_000,
        PretrainLayers = 5,
    };

    private static ImageSettings Regularised(ImageSettings settings) => settings with
    {
        Batch = 112,
        Images = 120 * ImageNetImages,
        Gamma = 2,
        LastGamma = 3,
        Frequency = 0.1,
    };

    private static SolveSettings PaperSolve(string solver, int limit, int backwardLimit) =>
        new() { Solver = solver, Tolerance = 1e-3, Limit = limit, BackwardTolerance = 1e-4, BackwardLimit = backwardLimit };

    private static MdeqSettings CifarForm(double dropout) => Paper(dropout) with
    {
        Input = new ImageShape(3, 32, 32),
        Channels = [32, 64, 128, 256],
        Downsamplings = 0,
        HeadChannels = [14, 28, 56, 112],
        FinalChannels = 1680,
    };

    private static MdeqSettings ImageNetForm(int[] channels, int[] head, double dropout) => Paper(dropout) with
    {
        Input = new ImageShape(3, 224, 224),
        Classes = 1000,
        Channels = channels,
        Downsamplings = 2,
        HeadChannels = head,
        FinalChannels = 2048,
    };

    private static MdeqSettings Paper(double dropout) => new() { Cell = CellKind.Residual, Dropout = dropout, WeightNorm = true, SmallStart = true };
}
