using Deq.Samples.Data;

namespace Deq.Samples.Images;

/// <summary>
/// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, MIT licence): 60,000 + 10,000 grey images of 28 x 28, ten kinds of clothing. The files are
/// looked for where the usual tools put them; a part of the set is shipped for machines that have none.
/// </summary>
internal static class FashionMnist
{
    public const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    private const string Resource = "Deq.Samples.Images.fashion-mnist-part.";

    private static readonly string[] ClassNames =
        ["T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>Where Debian's package dataset-fashion-mnist, Keras and torchvision put the files.</summary>
    public static IReadOnlyList<string> StandardPlaces { get; } =
    [
        "/usr/share/datasets/fashion-mnist",
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".keras", "datasets", "fashion-mnist"),
        Path.Combine("data", "FashionMNIST", "raw"),
        Path.Combine("data", "fashion-mnist"),
    ];

    /// <summary>The set of a folder; without one, of the first standard place that has it; else the part that is shipped.</summary>
    /// <exception cref="DataFileException">The folder, or the first place found, lacks a file or has a corrupt one.</exception>
    public static ImageData Read(string? folder = null) => Read(folder, StandardPlaces);

    internal static ImageData Read(string? folder, IReadOnlyList<string> places)
    {
        if (folder is not null && !Directory.Exists(folder))
            throw new DataFileException(folder, $"there is no such folder; it should hold {TrainImages}.gz and the three files beside it");
        string? found = folder ?? places.FirstOrDefault(place => Find(place, TrainImages) is not null);
        return found is null ? Shipped() : Of(
            "Fashion-MNIST",
            IdxFile.ReadPair(Required(found, TrainImages), Required(found, TrainLabels), ClassNames.Length),
            IdxFile.ReadPair(Required(found, TestImages), Required(found, TestLabels), ClassNames.Length),
            found);
    }

    /// <summary>The shipped part: the first 3,000 training and the first 1,000 test images.</summary>
    public static ImageData Shipped()
    {
        return Of("Fashion-MNIST (the shipped part)", Pair(TrainImages, TrainLabels), Pair(TestImages, TestLabels), Resource);

        static PackedImages Pair(string images, string labels)
        {
            using Stream first = Open(images), second = Open(labels);
            return IdxFile.ReadPair(first, images, second, labels, ClassNames.Length);
        }

        static Stream Open(string name) => typeof(FashionMnist).Assembly.GetManifestResourceStream($"{Resource}{name}.gz")
            ?? throw new InvalidOperationException($"The resource {Resource}{name}.gz is missing from this build.");
    }

    private static ImageData Of(string name, PackedImages train, PackedImages test, string place)
    {
        ImageShape shape = train.Read(0).Shape;
        if (test.Read(0).Shape != shape)
            throw new DataFileException(place, $"its training images are {shape}, its test images {test.Read(0).Shape}: they do not belong together");
        return ImageData.FromTwoSplits(name, shape, ClassNames, PixelStatistics.FashionMnist, train, test);
    }

    private static string Required(string folder, string name) => Find(folder, name)
        ?? throw new DataFileException(Path.Combine(folder, name + ".gz"), $"there is no such file, nor {name} beside it");

    private static string? Find(string folder, string name) =>
        new[] { name + ".gz", name }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
