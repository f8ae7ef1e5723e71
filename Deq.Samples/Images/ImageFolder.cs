using System.Text;
using Deq.Samples.Data;

namespace Deq.Samples.Images;

/// <summary>
/// A folder as ImageNet's usual tools lay it out: <c>train/CLASS/*.ppm</c> and <c>val/CLASS/*.ppm</c>. The list of files is made at once, each
/// file is decoded when its image is wanted. No image library fits this program's ground, so the files are Netpbm:
/// <c>mogrify -resize 256x256^ -format ppm</c> makes them of JPEG files.
/// </summary>
internal static class ImageFolder
{
    public const string TrainFolder = "train", ValidationFolder = "val";

    private const int FilesReadForDigest = 1000;

    private static readonly string[] Extensions = [".ppm", ".pgm", ".pnm"];

    /// <param name="folder">With the folders <c>train</c> and <c>val</c>, whose classes are the same.</param>
    /// <param name="side">Height and width that the model is given.</param>
    /// <exception cref="DataFileException">A folder is missing or empty, or the classes of the two differ.</exception>
    public static ImageData Read(string folder, int side)
    {
        string train = Path.Combine(folder, TrainFolder), validation = Path.Combine(folder, ValidationFolder);
        foreach (string part in new[] { train, validation })
            if (!Directory.Exists(part)) throw new DataFileException(part, "there is no such folder; it should hold a folder of *.ppm images per class");

        string[] classes = ClassesOf(train);
        if (!classes.AsSpan().SequenceEqual(ClassesOf(validation)))
            throw new DataFileException(validation, $"its classes are not the {classes.Length:N0} of {train}: {Difference(classes, ClassesOf(validation))}");
        return ImageData.FromTwoSplits(
            Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)), new ImageShape(NetpbmFile.Channels, side, side), classes,
            PixelStatistics.ImageNet, new Files(train, classes), new Files(validation, classes));
    }

    private static string Difference(string[] train, string[] validation) => train.Except(validation).FirstOrDefault() is { } missing
        ? $"the folder '{missing}' is missing"
        : $"the folder '{validation.Except(train).First()}' is in it alone";

    private static string[] ClassesOf(string folder)
    {
        string[] classes = [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Where(IsShown).Order(StringComparer.Ordinal)];
        return classes.Length >= 2
            ? classes
            : throw new DataFileException(folder, $"holds {classes.Length} folder(s) of classes, at least 2 are needed");
    }

    /// <summary>Other programs leave folders and files of theirs, as .ipynb_checkpoints and ._0.ppm, which are no classes and no images.</summary>
    private static bool IsShown(string name) => !name.StartsWith('.');

    private sealed class Files : ImageSplit
    {
        private readonly List<(string Path, int Label)> files = [];

        public Files(string folder, string[] classes)
        {
            for (int label = 0; label < classes.Length; label++)
            {
                string path = Path.Combine(folder, classes[label]);
                string[] found = [.. Directory.GetFiles(path).Where(IsImage).Order(StringComparer.Ordinal)];
                if (found.Length == 0) throw new DataFileException(path, $"holds no image ({string.Join(", ", Extensions.Select(extension => "*" + extension))})");
                files.AddRange(found.Select(file => (file, label)));
            }

            // Sorted by class they would leave the last classes alone to the validation part; the order is the same on every machine.
            new Random(0).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(files));
        }

        public override int Count => files.Count;

        public override int Label(int index) => files[index].Label;

        public override RawImage Read(int index) => NetpbmFile.Read(files[index].Path);

        /// <summary>Name and size of the file, and of some spread over them their content: all of ImageNet takes hours to read.</summary>
        public override ReadOnlyMemory<byte> Fingerprint(int index)
        {
            string path = files[index].Path;
            try
            {
                byte[] name = Encoding.UTF8.GetBytes($"{Path.GetFileName(path)} {new FileInfo(path).Length}\n");
                return index % (files.Count / FilesReadForDigest + 1) == 0 ? (byte[])[.. name, .. File.ReadAllBytes(path)] : name;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DataFileException(path, $"cannot be read: {exception.Message}", exception);
            }
        }

        private static bool IsImage(string path) => IsShown(Path.GetFileName(path)) && Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());
    }
}
