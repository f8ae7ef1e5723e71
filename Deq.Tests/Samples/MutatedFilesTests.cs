using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Deq.Samples.Data;
using Deq.Samples.Synthetic;
using Deq.Samples.Training;
using Deq.Tests.Samples.Images;

namespace Deq.Tests.Samples;

/// <summary>
/// Texts and checkpoints, whatever becomes of them: a clear error that names the file, or whole and valid data; never another exception, never much
/// memory. With those of <see cref="MutatedImageFilesTests"/> they are more than a thousand files.
/// </summary>
public class MutatedFilesTests
{
    private const int Mutations = 150;

    /// <summary>Bytes that reading one of these small files may allocate.</summary>
    private const long MostBytes = 200_000_000;

    [Theory]
    [InlineData("wiki.{0}.tokens")]
    [InlineData("ptb.{0}.txt")]
    public void TokenFolder_GivesAClearErrorOrAWholeCorpus(string names) => Check(
        folder =>
        {
            foreach (string split in new[] { "train", "valid", "test" })
                File.WriteAllText(Path.Combine(folder, string.Format(System.Globalization.CultureInfo.InvariantCulture, names, split)), string.Concat(Enumerable.Range(0, 30).Select(i => $" the {split} word{i % 7} is <unk> – naïve .\n")));
        },
        folder =>
        {
            Corpus corpus = TokenFolder.Read(folder);
            Assert.All(new[] { corpus.Train, corpus.Validation, corpus.Test }, words => Assert.All(words, word => Assert.InRange(word, 0, corpus.Vocabulary.Count - 1)));
            Assert.Equal(Tokens(Directory.GetFiles(folder).Single(file => file.Contains(".train."))), corpus.Train.Length);
        });

    [Fact]
    public void SpeechArchive_GivesAClearErrorOrWholeTexts() => Check(
        folder =>
        {
            using FileStream file = File.Create(Path.Combine(folder, "texts.br"));
            SpeechArchive.Write(file, [.. Enumerable.Range(0, 20).Select(i => new Speech($"{1790 + i}", string.Concat(Enumerable.Repeat($"Fellow-citizens of {i}. ", 20))))]);
        },
        folder =>
        {
            using FileStream file = File.OpenRead(Path.Combine(folder, "texts.br"));
            Assert.All(SpeechArchive.Read(file, file.Name), speech => Assert.DoesNotContain('\f', speech.Text));
        });

    [Fact]
    public void PlainTexts_GiveAClearErrorOrWholeTexts() => Check(
        folder =>
        {
            for (int i = 0; i < 3; i++) File.WriteAllText(Path.Combine(folder, $"{1790 + i}.txt"), string.Concat(Enumerable.Repeat("Fellow-citizens – naïve. ", 20)));
        },
        folder => Assert.Equal(3, SpeechArchive.FromFolder(folder).Count));

    /// <summary>A few bytes that unpack to more than any machine has.</summary>
    [Fact]
    public void AnArchiveThatUnpacksWithoutEnd_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using (var packed = new BrotliStream(File.Create(folder.File("bomb.br")), CompressionLevel.Fastest))
        {
            byte[] block = Encoding.ASCII.GetBytes("\fname\n".PadRight(1 << 20, 'x'));
            for (int i = 0; i < 200; i++) packed.Write(block);
        }

        long before = GC.GetTotalAllocatedBytes();
        using FileStream file = File.OpenRead(folder.File("bomb.br"));

        Assert.Contains("bomb.br", Assert.Throws<DataFileException>(() => SpeechArchive.Read(file, file.Name)).Message);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 1_000_000_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Checkpoint_GivesAClearErrorOrTheModel(bool checksumMended)
    {
        // Where the checksum is made to fit again, nobody can tell a changed number from another: the structure must hold all the same.
        Check(
            folder =>
            {
                using var task = new CubicTask(new CubicDescription(10, LinearTerm.Minus, 8, 1), seed: 1);
                using var optimizer = task.CreateOptimizer(1e-3);
                TrainingCheckpoint.Save(Path.Combine(folder, "model.deq"), task, new TrainingSettings { Steps = 1, LearningRate = 1e-3 }, optimizer, new TrainingProgress());
            },
            folder =>
            {
                (CubicLayer model, _) = TrainingCheckpoint.LoadModel(Path.Combine(folder, "model.deq"), CubicTask.KindName, (CubicDescription description) => new CubicLayer(description.Hidden));
                using (model) Assert.Equal(checksumMended ? model.parameters().Sum(parameter => parameter.numel()) : 40, model.parameters().Sum(parameter => parameter.numel()));
            },
            checksumMended ? Mended : null);

        static byte[] Mended(byte[] file)
        {
            if (file.Length <= SHA256.HashSizeInBytes) return file;
            byte[] body = file[..^SHA256.HashSizeInBytes];
            return [.. body, .. SHA256.HashData(body)];
        }
    }

    private static void Check(Action<string> write, Action<string> read, Func<byte[], byte[]>? mend = null)
    {
        using var folder = new TemporaryFolder();
        write(folder.Path);
        string[] files = [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];
        var random = new Random(11);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            string path = files[random.Next(files.Length)];
            byte[] original = File.ReadAllBytes(path), mutated = Mutation.Of(original, random);
            File.WriteAllBytes(path, mend is null ? mutated : mend(mutated));
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                read(folder.Path);
            }
            catch (DataFileException exception)
            {
                refused++;
                Assert.Contains(folder.Path, exception.Message);
            }
            finally
            {
                File.WriteAllBytes(path, original);
            }

            Assert.True(GC.GetTotalAllocatedBytes() - before < MostBytes, $"mutation {i}");
        }

        Assert.InRange(refused, Mutations / 10, Mutations);
        read(folder.Path);
    }

    /// <summary>What is between blanks, and an end for each line.</summary>
    private static int Tokens(string file)
    {
        using var reader = new StreamReader(file);
        int tokens = 0;
        while (reader.ReadLine() is { } line) tokens += 1 + line.TrimStart('\uFEFF').Split(' ').Count(token => token.Trim().Length > 0);
        return tokens;
    }
}
