using Deq.Samples.Data;

namespace Deq.Samples.Images;

/// <summary>
/// CIFAR-10's binary version (Krizhevsky 2009): five training files and one test file of records, each a label byte and 3 x 32 x 32 bytes.
/// </summary>
internal static class Cifar10
{
    public const string TestFile = "test_batch.bin";

    private static readonly ImageShape Shape = new(3, 32, 32);

    private static readonly string[] ClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    public static IReadOnlyList<string> TrainFiles { get; } = [.. Enumerable.Range(1, 5).Select(number => $"data_batch_{number}.bin")];

    private static int RecordLength => 1 + Shape.Size;

    /// <exception cref="DataFileException">A file is missing, truncated or corrupt.</exception>
    public static ImageData Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataFileException(folder, $"there is no such folder; it should hold {TrainFiles[0]} to {TrainFiles[^1]} and {TestFile}");

        string[] paths = [.. TrainFiles.Append(TestFile).Select(name => Path.Combine(folder, name))];
        long length = CommonLength(paths);
        int records = (int)(length / RecordLength);
        byte[] pixels = new byte[checked(TrainFiles.Count * records * Shape.Size)], labels = new byte[TrainFiles.Count * records];
        for (int file = 0; file < TrainFiles.Count; file++)
            ReadInto(paths[file], records, pixels.AsSpan(file * records * Shape.Size), labels.AsSpan(file * records));

        byte[] testPixels = new byte[records * Shape.Size], testLabels = new byte[records];
        ReadInto(paths[^1], records, testPixels, testLabels);
        return ImageData.FromTwoSplits(
            "CIFAR-10", Shape, ClassNames, PixelStatistics.Cifar10, new PackedImages(Shape, pixels, labels), new PackedImages(Shape, testPixels, testLabels));
    }

    /// <summary>
    /// The format has no header, but all six files hold equally many records: one that was cut off at the end of a record shows by that.
    /// </summary>
    private static long CommonLength(string[] paths)
    {
        foreach (string path in paths)
            if (!File.Exists(path)) throw new DataFileException(path, "there is no such file; the data are CIFAR-10's binary version");
        long[] lengths = [.. paths.Select(path => new FileInfo(path).Length)];
        long longest = lengths.Max();
        for (int i = 0; i < paths.Length; i++)
        {
            if (lengths[i] == 0 || lengths[i] % RecordLength != 0)
                throw new DataFileException(paths[i], $"is {lengths[i]:N0} bytes long, no multiple of the {RecordLength:N0} of a record: it is truncated or of another kind");
            if (lengths[i] != longest)
                throw new DataFileException(paths[i], $"holds {lengths[i] / RecordLength:N0} records, the longest of the six files {longest / RecordLength:N0}: it is truncated");
        }

        return longest * TrainFiles.Count <= WholeFile.MostBytes
            ? longest
            : throw new DataFileException(paths[0], $"is {longest:N0} bytes long; CIFAR-10's are 30,730,000");
    }

    private static void ReadInto(string path, int records, Span<byte> pixels, Span<byte> labels)
    {
        byte[] file = WholeFile.Read(path, 0, _ => (long)records * RecordLength);
        for (int i = 0; i < records; i++)
        {
            ReadOnlySpan<byte> record = file.AsSpan(i * RecordLength, RecordLength);
            if (record[0] >= ClassNames.Length)
                throw new DataFileException(path, $"the label of record {i:N0} is {record[0]}, allowed is 0 to {ClassNames.Length - 1}: the file is corrupt or of another kind");
            labels[i] = record[0];
            record[1..].CopyTo(pixels.Slice(i * Shape.Size, Shape.Size));
        }
    }
}
