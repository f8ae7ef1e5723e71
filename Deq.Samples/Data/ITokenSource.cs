namespace Deq.Samples.Data;

/// <summary>Receives one token; the span is valid during the call only.</summary>
internal delegate void TokenVisitor(ReadOnlySpan<char> token);

/// <summary>
/// A text that can be walked token by token, as often as needed and without ever being in memory as a whole:
/// once to count words for the vocabulary, once more to turn them into numbers.
/// </summary>
internal interface ITokenSource
{
    /// <summary>What to call this text in messages.</summary>
    string Name { get; }

    /// <summary>Calls <paramref name="visit"/> for every token in order.</summary>
    /// <exception cref="DataFileException">The text cannot be read.</exception>
    void Visit(TokenVisitor visit);
}
