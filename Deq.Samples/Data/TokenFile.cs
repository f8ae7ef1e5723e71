using System.Text;

namespace Deq.Samples.Data;

/// <summary>A UTF-8 file of words separated by blanks; each line ends with <see cref="Vocabulary.End"/>.</summary>
internal sealed class TokenFile(string path) : ITokenSource
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
