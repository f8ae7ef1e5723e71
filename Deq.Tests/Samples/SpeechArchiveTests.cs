using System.IO.Compression;
using System.Text;
using Deq.Samples.Data;

namespace Deq.Tests.Samples;

public class SpeechArchiveTests
{
    [Fact]
    public void WhatIsWritten_IsReadAsItWas()
    {
        Speech[] speeches = [new("one", "First.\nSecond line"), new("two", ""), new("three", "ends with a line\n")];
        using var stream = new MemoryStream();

        SpeechArchive.Write(stream, speeches);

        stream.Position = 0;
        Assert.Equal(speeches, SpeechArchive.Read(stream, "archive"));
    }

    [Fact]
    public void FolderToArchive_TakesTheTextsSortedByName()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("b.txt"), "B");
        File.WriteAllText(folder.File("A.txt"), "A");
        File.WriteAllText(folder.File("a.json"), "no text");

        Assert.Equal([new Speech("A", "A"), new Speech("b", "B")], SpeechArchive.FromFolder(folder.Path));
    }

    [Fact]
    public void TextWithTheSeparator_IsRefused()
    {
        var exception = Assert.Throws<DataFileException>(() => SpeechArchive.Write(Stream.Null, [new Speech("odd", "a\fb")]));
        Assert.Contains("odd", exception.Message);
    }

    [Theory]
    [InlineData("no Brotli stream at all")]
    [InlineData("")]
    public void BytesThatAreNoBrotliStream_AreRefused(string bytes)
    {
        var stream = new MemoryStream([0xFF, .. Encoding.UTF8.GetBytes(bytes)]);
        var exception = Assert.Throws<DataFileException>(() => SpeechArchive.Read(stream, "archive.br"));
        Assert.StartsWith("archive.br: ", exception.Message);
    }

    [Fact]
    public void TextWithoutSeparators_IsRefused()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write("just text\n"u8);
        packed.Position = 0;

        var exception = Assert.Throws<DataFileException>(() => SpeechArchive.Read(packed, "archive.br"));
        Assert.Contains("form feed", exception.Message);
    }
}
