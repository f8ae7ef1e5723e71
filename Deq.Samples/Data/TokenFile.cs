using System.Text;

namespace Deq.Samples.Data;

/// <summary>A UTF-8 file of words separated by blanks; each line ends with <see cref="Vocabulary.End"/>.</summary>
internal sealed class TokenFile(string path) : ITokenSource
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const int BufferLength = 1 << 16, LongestWord = 1 << 12;

    public string Name => path;

    public void Check()
    {
        if (!File.Exists(path)) throw new DataFileException(path, "there is no such file");
        if (new FileInfo(path).Length == 0) throw new DataFileException(path, "is empty");
    }

    /// <remarks>A line may be as long as the file: what is held is a buffer and one word.</remarks>
    public void Visit(TokenVisitor visit)
    {
        var words = new Words(path, visit);
        try
        {
            using var reader = new StreamReader(path, StrictUtf8, detectEncodingFromByteOrderMarks: false);
            if (reader.Peek() == '\uFEFF') reader.Read();
            var buffer = new char[BufferLength];
            for (int read; (read = reader.ReadBlock(buffer)) > 0;)
                foreach (char character in buffer.AsSpan(0, read)) words.Add(character);
            words.Finish();
        }
        catch (DecoderFallbackException exception)
        {
            throw new DataFileException(path, $"is not valid UTF-8 (after line {words.Lines})", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Puts characters together to words and lines; these end with \n, \r\n or \r.</summary>
    private sealed class Words(string path, TokenVisitor visit)
    {
        private readonly char[] word = new char[LongestWord];
        private int length;
        private bool inLine;
        private char last;

        /// <summary>Lines that have ended.</summary>
        public long Lines { get; private set; }

        public void Add(char character)
        {
            bool second = character == '\n' && last == '\r';
            last = character;
            if (second) return;
            // A NUL never occurs in text; it does in a file of another kind or one cut off by a full disk.
            if (character == '\0') throw new DataFileException(path, $"line {Lines + 1} holds a NUL character: this is no text");
            if (character is '\n' or '\r')
            {
                EndLine();
                return;
            }

            inLine = true;
            if (character is ' ' or '\t') EndWord();
            else if (length < word.Length) word[length++] = character;
            else throw new DataFileException(path, $"line {Lines + 1} holds a word of more than {LongestWord:N0} characters: words should have blanks between them");
        }

        /// <summary>The last line may lack its end.</summary>
        public void Finish()
        {
            if (inLine) EndLine();
        }

        private void EndLine()
        {
            EndWord();
            visit(Vocabulary.End);
            inLine = false;
            Lines++;
        }

        private void EndWord()
        {
            ReadOnlySpan<char> trimmed = word.AsSpan(0, length).Trim();
            if (!trimmed.IsEmpty) visit(trimmed);
            length = 0;
        }
    }
}
