using System.Text;
using Deq.Samples.Data;

namespace Deq.Tests.Samples;

public class TokenFolderTests
{
    [Fact]
    public void Folder_IsReadLineByLineWithAnEndAfterEach()
    {
        using TemporaryFolder folder = Folder(train: " = A title = \n \n the cat sat on the <unk> .\n", validation: "the cat\n", test: "the dog");

        Corpus corpus = TokenFolder.Read(folder.Path);

        Assert.Equal("= A title = <eos> <eos> the cat sat on the <unk> . <eos>", Words(corpus, corpus.Train));
        Assert.Equal("the cat <eos>", Words(corpus, corpus.Validation));
        Assert.Equal("the <unk> <eos>", Words(corpus, corpus.Test));
    }

    [Fact]
    public void Vocabulary_HasEveryTrainingWordAndUnknown_MostFrequentFirst()
    {
        using TemporaryFolder folder = Folder(train: "b a a\nc a b\n", validation: "a\n", test: "a\n");

        Vocabulary vocabulary = TokenFolder.Read(folder.Path).Vocabulary;

        Assert.Equal(["a", "<eos>", "b", "c", "<unk>"], Enumerable.Range(0, vocabulary.Count).Select(number => vocabulary[number]));
    }

    [Fact]
    public void ByteOrderMark_IsNoPartOfTheFirstWord()
    {
        using TemporaryFolder folder = Folder(train: "\uFEFFthe end\n", validation: "the end\n", test: "the end\n");

        Corpus corpus = TokenFolder.Read(folder.Path);

        Assert.Equal("the end <eos>", Words(corpus, corpus.Train));
    }

    [Fact]
    public void PennTreebank_IsReadByItsOwnNames()
    {
        using var folder = new TemporaryFolder();
        foreach (string split in new[] { "train", "valid", "test" }) File.WriteAllText(folder.File($"ptb.{split}.txt"), $" the {split} \n");

        Corpus corpus = TokenFolder.Read(folder.Path);

        Assert.Equal("the train <eos>", Words(corpus, corpus.Train));
        Assert.Equal("the <unk> <eos>", Words(corpus, corpus.Validation));
    }

    [Fact]
    public void FilesOfTwoDataSets_AreRefused()
    {
        using TemporaryFolder folder = Folder("a b\n", "a b\n", "a b\n");
        File.WriteAllText(folder.File("ptb.test.txt"), "a b\n");

        var exception = Assert.Throws<DataFileException>(() => TokenFolder.Read(folder.Path));
        Assert.Contains("two data sets", exception.Message);
    }

    [Fact]
    public void EmptyFolder_NamesBothFormats()
    {
        using var folder = new TemporaryFolder();

        var exception = Assert.Throws<DataFileException>(() => TokenFolder.Read(folder.Path));
        Assert.Contains("wiki.train.tokens", exception.Message);
        Assert.Contains("ptb.train.txt", exception.Message);
    }

    [Fact]
    public void MissingFolder_IsNamed()
    {
        var exception = Assert.Throws<DataFileException>(() => TokenFolder.Read("no-such-folder"));
        Assert.Contains("no-such-folder", exception.Message);
        Assert.Contains("wiki.train.tokens", exception.Message);
    }

    [Theory]
    [InlineData("wiki.train.tokens")]
    [InlineData("wiki.valid.tokens")]
    [InlineData("wiki.test.tokens")]
    public void MissingFile_IsNamed(string name)
    {
        using TemporaryFolder folder = Folder("a b\n", "a b\n", "a b\n");
        File.Delete(folder.File(name));

        var exception = Assert.Throws<DataFileException>(() => TokenFolder.Read(folder.Path));
        Assert.EndsWith($"{name}: there is no such file", exception.Message);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n", "1 token(s)")]
    [InlineData("a b\0c\n", "NUL")]
    public void FileWithoutText_IsRefusedWithTheReason(string content, string reason)
    {
        using TemporaryFolder folder = Folder("a b\n", content, "a b\n");

        var exception = Assert.Throws<DataFileException>(() => TokenFolder.Read(folder.Path));
        Assert.Contains("wiki.valid.tokens", exception.Message);
        Assert.Contains(reason, exception.Message);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xFF, (byte)'b' })]
    [InlineData(new byte[] { (byte)'a', (byte)' ', 0xE2, 0x80 })] // cut off within a character
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 })] // UTF-16
    public void FileThatIsNotUtf8_IsRefused(byte[] content)
    {
        using TemporaryFolder folder = Folder("a b\n", "a b\n", "a b\n");
        File.WriteAllBytes(folder.File("wiki.train.tokens"), content);

        var exception = Assert.Throws<DataFileException>(() => TokenFolder.Read(folder.Path));
        Assert.Contains("not valid UTF-8", exception.Message);
    }

    [Theory]
    [InlineData("a b\r\nc\rd\n\n e", "a b <eos> c <eos> d <eos> <eos> e <eos>")]
    [InlineData("\ta  b \t\n", "a b <eos>")]
    [InlineData("a\u00A0b \u00A0 c", "a\u00A0b c <eos>")]
    public void LinesAndBlanks_AreThoseOfText(string content, string expected)
    {
        using TemporaryFolder folder = Folder(content, "a\n", "a\n");

        Corpus corpus = TokenFolder.Read(folder.Path);

        Assert.Equal(expected, Words(corpus, corpus.Train));
    }

    [Fact]
    public void WordThatNeverEnds_IsRefused()
    {
        using TemporaryFolder folder = Folder("a b\n" + new string('x', 10_000), "a\n", "a\n");

        Assert.Contains("line 2 holds a word of more than", Assert.Throws<DataFileException>(() => TokenFolder.Read(folder.Path)).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CountingWords_TakesNoMoreMemoryForALongerText(bool lines)
    {
        using var folder = new TemporaryFolder();
        long Allocated(int repetitions)
        {
            string file = folder.File($"{repetitions}.tokens"), text = string.Concat(Enumerable.Range(0, 500).Select(i => $"word{i}{(lines && i % 20 == 0 ? "\n" : " ")}"));
            using (StreamWriter writer = File.CreateText(file))
                for (int i = 0; i < repetitions; i++) writer.Write(text);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Vocabulary vocabulary = Vocabulary.CountedFrom(new TokenFile(file), minimumCount: 1);
            Assert.Equal(500 + 1 + 1, vocabulary.Count);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1);
        long little = Allocated(10), much = Allocated(2000);

        // A million words, ten million characters.
        Assert.True(much < little + 100_000, $"{little} and {much} bytes");
    }

    [Fact]
    public void MoreDifferentWordsThanAreCounted_AreRefused()
    {
        using TemporaryFolder folder = Folder(string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"word{i}")), "a b\n", "a b\n");
        var file = new TokenFile(folder.File("wiki.train.tokens"));

        // The end of the line is a word as well.
        Assert.Equal(1002, Vocabulary.CountedFrom(file, 1, mostWords: 1001).Count);
        string message = Assert.Throws<DataFileException>(() => Vocabulary.CountedFrom(file, 1, mostWords: 1000)).Message;

        Assert.StartsWith(folder.File("wiki.train.tokens"), message);
        Assert.Contains("has more than 1,000 different words", message);
    }

    /// <summary>Long words fill the memory before many do.</summary>
    [Fact]
    public void WordsWithMoreCharactersThanAreKept_AreRefusedInBoundedMemory()
    {
        using var folder = new TemporaryFolder();
        using (StreamWriter writer = File.CreateText(folder.File("long.tokens")))
            for (int i = 0; i < 20_000; i++) writer.Write($"{new string('x', 4000)}{i} ");
        var file = new TokenFile(folder.File("long.tokens"));
        long before = GC.GetTotalAllocatedBytes();

        Assert.Contains("characters in them", Assert.Throws<DataFileException>(() => Vocabulary.CountedFrom(file, 1)).Message);

        // Two bytes a character, and half as much again for the tables.
        Assert.True(GC.GetTotalAllocatedBytes() - before < 3L * Vocabulary.MostCharacters);
    }

    private static TemporaryFolder Folder(string train, string validation, string test)
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("wiki.train.tokens"), train, new UTF8Encoding(false));
        File.WriteAllText(folder.File("wiki.valid.tokens"), validation);
        File.WriteAllText(folder.File("wiki.test.tokens"), test);
        return folder;
    }

    private static string Words(Corpus corpus, int[] text) => string.Join(' ', text.Select(word => corpus.Vocabulary[word]));
}
