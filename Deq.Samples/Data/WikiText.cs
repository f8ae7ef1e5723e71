using System.Text;

namespace Deq.Samples.Data;

/// <summary>
/// A folder in WikiText's format: <c>wiki.train.tokens</c>, <c>wiki.valid.tokens</c> and <c>wiki.test.tokens</c>, UTF-8,
/// words already separated by blanks. Each line ends with <see cref="Vocabulary.End"/>; rare words are <c>&lt;unk&gt;</c> already,
/// so every word of the training file is kept.
/// </summary>
internal static class WikiText
{
    public const string TrainFile = "wiki.train.tokens", ValidationFile = "wiki.valid.tokens", TestFile = "wiki.test.tokens";

    /// <exception cref="DataFileException">A file is missing, empty or not UTF-8.</exception>
    public static Corpus Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataFileException(folder, $"there is no such folder; it should hold {TrainFile}, {ValidationFile} and {TestFile}");

        // All three are looked for before the first is read, which may take minutes.
        TokenFile[] files = [.. new[] { TrainFile, ValidationFile, TestFile }.Select(name => new TokenFile(Path.Combine(folder, name)))];
        foreach (TokenFile file in files) file.Check();
        return Corpus.Read(Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)), files[0], files[1], files[2], minimumCount: 1);
    }

    private sealed class TokenFile(string path) : ITokenSource
    {
        private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public string Name => path;

        public void Check()
        {
            if (!File.Exists(path)) throw new DataFileException(path, "there is no such file");
            if (new FileInfo(path).Length == 0) throw new DataFileException(path, "is empty");
        }

        public void Visit(TokenVisitor visit)
        {
            long number = 0;
            try
            {
                using var reader = new StreamReader(path, StrictUtf8, detectEncodingFromByteOrderMarks: false);
                while (reader.ReadLine() is { } line)
                {
                    number++;
                    // A NUL never occurs in text; it does in a file of another kind or one cut off by a full disk.
                    if (line.Contains('\0')) throw new DataFileException(path, $"line {number} holds a NUL character: this is no text");
                    VisitLine(number == 1 ? line.TrimStart('\uFEFF') : line, visit);
                }
            }
            catch (DecoderFallbackException exception)
            {
                throw new DataFileException(path, $"is not valid UTF-8 (after line {number})", exception);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DataFileException(path, $"cannot be read: {exception.Message}", exception);
            }
        }

        private static void VisitLine(ReadOnlySpan<char> line, TokenVisitor visit)
        {
            foreach (Range range in line.Split(' '))
            {
                ReadOnlySpan<char> token = line[range].Trim();
                if (!token.IsEmpty) visit(token);
            }

            visit(Vocabulary.End);
        }
    }
}
