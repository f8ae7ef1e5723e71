using System.IO.Compression;
using System.Text;
using Deq.Samples.Data;
using Deq.Samples.Images;
using Deq.Tests.Samples.Images;

namespace Deq.Tests.Samples;

/// <summary>Whatever becomes of a file: a clear error that names it, or whole and valid data; never another exception, never much memory.</summary>
public class MutatedFilesTests
{
    private const int Mutations = 60;

    /// <summary>Managed bytes that reading one of these small files may allocate.</summary>
    private const long MostAllocated = 200_000_000;

    public static TheoryData<string> Formats => [.. MutatedFormat.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void MutatedFile_GivesAClearErrorOrWholeData(string name)
    {
        MutatedFormat format = MutatedFormat.All.Single(known => known.Name == name);
        long before = GC.GetTotalAllocatedBytes();

        int refused = format.Check(Mutations, seed: 11, i =>
        {
            long now = GC.GetTotalAllocatedBytes();
            Assert.True(now - before < MostAllocated, $"mutation {i}");
            before = now;
        });

        // Both happen: the mutations are neither all harmless nor all of the header.
        Assert.InRange(refused, format.LeastRefused * Mutations, Mutations);
    }

    /// <summary>Of all formats, with another seed, in a process that does nothing else; all that it has, its runtime and libtorch too, is counted.</summary>
    [Fact]
    public void AThousandMutatedFiles_NeverTakeAGibibyte()
    {
        const int each = 100;

        MutatedFilesProgram.Outcome outcome = MutatedFilesProgram.Start(each, seed: 7);

        Assert.Equal(each * MutatedFormat.All.Count, outcome.Files);
        Assert.True(outcome.Files >= 1000);
        Assert.InRange(outcome.Refused, outcome.Files / 5, outcome.Files);
        Assert.InRange(outcome.Peak, 1 << 20, 1 << 30);
    }

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

    /// <summary>A checksum stands behind the pixels of a compressed file: a changed byte cannot go unseen.</summary>
    [Fact]
    public void GzippedIdx_WithAChangedPixel_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ImageFiles.FashionMnist(folder.Path, train: 20, test: 10, gzip: true);
        string path = folder.File(FashionMnist.TrainImages + ".gz");
        byte[] file = File.ReadAllBytes(path);
        for (int position = 1000; position < file.Length - 8; position += 997)
        {
            byte[] changed = [.. file];
            changed[position] ^= 0x10;
            File.WriteAllBytes(path, changed);
            Assert.Throws<DataFileException>(() => FashionMnist.Read(folder.Path));
        }
    }
}
