using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Deq.Samples.Data;
using Deq.Samples.Images;
using Deq.Samples.Synthetic;
using Deq.Samples.Training;
using Deq.Tests.Samples.Images;

namespace Deq.Tests.Samples;

/// <summary>A format that the samples read, and what has to be true of data in it once they are read.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Write">Writes small, valid data into a folder.</param>
/// <param name="Read">Reads them all, and throws where they are not whole and valid; <see cref="DataFileException"/> where they are refused.</param>
/// <param name="LeastRefused">The share of mutations that must be noticed: the rest change what nobody can know.</param>
internal sealed record MutatedFormat(string Name, Action<string> Write, Action<string> Read, double LeastRefused)
{
    /// <summary>Changes a mutated file further, as one that mends its checksum would.</summary>
    public Func<byte[], byte[]>? Mend { get; init; }

    public static IReadOnlyList<MutatedFormat> All { get; } =
    [
        Tokens("WikiText", "wiki.{0}.tokens"),
        Tokens("Penn Treebank", "ptb.{0}.txt"),
        new("archive of texts", WriteArchive, ReadArchive, 0.1),
        new("plain texts", WritePlainTexts, folder => Demand(SpeechArchive.FromFolder(folder).Count == 3), 0.1),
        new("checkpoint", WriteCheckpoint, folder => ReadCheckpoint(folder, parameters: 40), 0.1),
        // Where the checksum is made to fit again, nobody can tell a changed number from another: the structure must hold all the same.
        new("checkpoint with its checksum mended", WriteCheckpoint, folder => ReadCheckpoint(folder, parameters: null), 0.1) { Mend = WithChecksum },
        new("IDX", folder => ImageFiles.FashionMnist(folder, train: 20, test: 10, gzip: false), folder => ReadImages(FashionMnist.Read(folder, []), 30), 0.2),
        new("IDX, gzipped", folder => ImageFiles.FashionMnist(folder, train: 20, test: 10, gzip: true), folder => ReadImages(FashionMnist.Read(folder, []), 30), 0.2),
        new("CIFAR-10", folder => ImageFiles.Cifar10(folder, records: 4), folder => ReadImages(Cifar10.Read(folder), 24), 0.2),
        new("folder of images", folder => ImageFiles.ImageFolder(folder, classes: 2, images: 3), folder => ReadImages(ImageFolder.Read(folder, side: 8), 12), 0.2),
    ];

    /// <summary>Mutates files of this format, one at a time, and reads each: a clear error that names the file, or whole and valid data.</summary>
    /// <param name="mutations">How many.</param>
    /// <param name="seed">Decides them.</param>
    /// <param name="afterEach">Called after each was read.</param>
    /// <returns>How many were refused.</returns>
    /// <exception cref="InvalidOperationException">One was not; the message says which.</exception>
    public int Check(int mutations, int seed, Action<int>? afterEach = null)
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path);
        string[] files = [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < mutations; i++)
        {
            string path = files[random.Next(files.Length)];
            byte[] original = File.ReadAllBytes(path), mutated = Mutation.Of(original, random);
            File.WriteAllBytes(path, Mend is null ? mutated : Mend(mutated));
            try
            {
                Read(folder.Path);
            }
            catch (DataFileException exception) when (exception.Message.Contains(folder.Path, StringComparison.Ordinal))
            {
                refused++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{Name}, mutation {i} with seed {seed}, {Path.GetFileName(path)}: {exception}", exception);
            }

            File.WriteAllBytes(path, original);
            afterEach?.Invoke(i);
        }

        Read(folder.Path);
        return refused;
    }

    public override string ToString() => Name;

    private static void Demand(bool condition, string what = "the data are not whole")
    {
        if (!condition) throw new UnreachableException(what);
    }

    private static MutatedFormat Tokens(string name, string files) => new(
        name,
        folder =>
        {
            foreach (string split in new[] { "train", "valid", "test" })
                File.WriteAllText(Path.Combine(folder, string.Format(CultureInfo.InvariantCulture, files, split)), string.Concat(Enumerable.Range(0, 30).Select(i => $" the {split} word{i % 7} is <unk> – naïve .\n")));
        },
        folder =>
        {
            Corpus corpus = TokenFolder.Read(folder);
            foreach (int[] words in new[] { corpus.Train, corpus.Validation, corpus.Test }) Demand(words.All(word => word >= 0 && word < corpus.Vocabulary.Count));
            Demand(CountTokens(Directory.GetFiles(folder).Single(file => file.Contains(".train."))) == corpus.Train.Length);
        },
        0.1);

    /// <summary>What is between blanks, and an end for each line.</summary>
    private static int CountTokens(string file)
    {
        using var reader = new StreamReader(file);
        int tokens = 0;
        while (reader.ReadLine() is { } line) tokens += 1 + line.TrimStart('\uFEFF').Split(' ').Count(token => token.Trim().Length > 0);
        return tokens;
    }

    private static void WriteArchive(string folder)
    {
        using FileStream file = File.Create(Path.Combine(folder, "texts.br"));
        SpeechArchive.Write(file, [.. Enumerable.Range(0, 20).Select(i => new Speech($"{1790 + i}", string.Concat(Enumerable.Repeat($"Fellow-citizens of {i}. ", 20))))]);
    }

    private static void ReadArchive(string folder)
    {
        using FileStream file = File.OpenRead(Path.Combine(folder, "texts.br"));
        Demand(SpeechArchive.Read(file, file.Name).All(speech => !speech.Text.Contains('\f')));
    }

    private static void WritePlainTexts(string folder)
    {
        for (int i = 0; i < 3; i++) File.WriteAllText(Path.Combine(folder, $"{1790 + i}.txt"), string.Concat(Enumerable.Repeat("Fellow-citizens – naïve. ", 20)));
    }

    private static void WriteCheckpoint(string folder)
    {
        using var task = new CubicTask(new CubicDescription(10, LinearTerm.Minus, 8, 1), seed: 1);
        using var optimizer = task.CreateOptimizer(1e-3);
        TrainingCheckpoint.Save(Path.Combine(folder, "model.deq"), task, new TrainingSettings { Steps = 1, LearningRate = 1e-3 }, optimizer, new TrainingProgress());
    }

    private static void ReadCheckpoint(string folder, long? parameters)
    {
        (CubicLayer model, _) = TrainingCheckpoint.LoadModel(Path.Combine(folder, "model.deq"), CubicTask.KindName, (CubicDescription description) => new CubicLayer(description.Hidden));
        using (model) Demand(parameters is null || parameters == model.parameters().Sum(parameter => parameter.numel()));
    }

    private static byte[] WithChecksum(byte[] file)
    {
        if (file.Length <= SHA256.HashSizeInBytes) return file;
        byte[] body = file[..^SHA256.HashSizeInBytes];
        return [.. body, .. SHA256.HashData(body)];
    }

    private static void ReadImages(ImageData data, int images)
    {
        int count = 0;
        foreach (ImageSplit split in new[] { data.Train, data.Validation, data.Test })
        {
            foreach (ImageBatch batch in ImageBatches.Once(data, split, 4))
            {
                Demand(batch.Pixels.All(float.IsFinite) && batch.Labels.All(label => label >= 0 && label < data.Classes));
                count += batch.Count;
            }
        }

        Demand(count == images);
    }
}
