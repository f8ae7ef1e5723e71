using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Deq.Samples.Data;

/// <summary>
/// The words of a corpus, numbered from the most frequent to the rarest (ties in ordinal order),
/// which is the order that the adaptive softmax's clusters are cut from.
/// </summary>
internal sealed class Vocabulary : IReadOnlyList<string>
{
    /// <summary>Stands for every word that the vocabulary lacks.</summary>
    public const string Unknown = "<unk>";

    /// <summary>Ends a sentence (State of the Union) or a line (WikiText).</summary>
    public const string End = "<eos>";

    /// <summary>
    /// Different words that are counted at the most, and characters in all of them: seven times those of WikiText-103, and some hundred megabytes.
    /// Counting then takes memory that is bounded, however long the text.
    /// </summary>
    public const int MostWords = 2_000_000, MostCharacters = 40_000_000;

    private readonly string[] words;
    private readonly Dictionary<string, int> numbers;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <summary>Words in the order of their numbers; <see cref="Unknown"/> must be among them.</summary>
    public Vocabulary(IEnumerable<string> words)
    {
        this.words = [.. words];
        numbers = new Dictionary<string, int>(this.words.Length, StringComparer.Ordinal);
        for (int number = 0; number < this.words.Length; number++)
        {
            if (!numbers.TryAdd(this.words[number], number))
                throw new ArgumentException($"the word '{this.words[number]}' stands in the vocabulary twice", nameof(words));
        }

        lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        UnknownNumber = numbers.TryGetValue(Unknown, out int unknown)
            ? unknown
            : throw new ArgumentException($"a vocabulary needs the word {Unknown}", nameof(words));
        Identity = DigestOf(this.words);
    }

    public int Count => words.Length;

    /// <summary>The number of <see cref="Unknown"/>.</summary>
    public int UnknownNumber { get; }

    /// <summary>A digest of all words in order: a checkpoint fits a corpus only if this is the same.</summary>
    public string Identity { get; }

    public string this[int number] => words[number];

    /// <summary>The word's number, or that of <see cref="Unknown"/>.</summary>
    public int Find(ReadOnlySpan<char> word) => lookup.TryGetValue(word, out int number) ? number : UnknownNumber;

    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)words).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Counts the words of a text in one walk and keeps those that occur at least <paramref name="minimumCount"/> times;
    /// the others count as <see cref="Unknown"/>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="minimumCount">How often a word occurs at least to be kept.</param>
    /// <param name="mostWords">Different words that the text may have.</param>
    /// <exception cref="DataFileException">The text has more different words, or longer ones, than are counted.</exception>
    public static Vocabulary CountedFrom(ITokenSource text, int minimumCount, int mostWords = MostWords)
    {
        long characters = 0;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        text.Visit(token =>
        {
            if (!lookup.TryGetValue(token, out int count))
            {
                characters += token.Length;
                if (counts.Count == mostWords || characters > MostCharacters) throw TooMany(text, mostWords);
            }

            lookup[token] = count + 1;
        });

        long unknown = counts.GetValueOrDefault(Unknown);
        counts.Remove(Unknown);
        var kept = new List<(string Word, long Count)>(counts.Count);
        foreach ((string word, int count) in counts)
        {
            if (count >= minimumCount) kept.Add((word, count));
            else unknown += count;
        }

        kept.Add((Unknown, unknown));
        return new Vocabulary(kept
            .OrderByDescending(entry => entry.Count)
            .ThenBy(entry => entry.Word, StringComparer.Ordinal)
            .Select(entry => entry.Word));
    }

    private static DataFileException TooMany(ITokenSource text, int mostWords) => new(
        text.Name,
        string.Create(CultureInfo.InvariantCulture, $"has more than {mostWords:N0} different words, or {MostCharacters:N0} characters in them: this is no text in words. ") +
        $"Separate words and punctuation by blanks, write rare words as {Unknown}, or cut words into pieces");

    private static string DigestOf(string[] words)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int number = 0; number < words.Length; number++)
        {
            if (number > 0) hash.AppendData("\n"u8);
            hash.AppendData(Encoding.UTF8.GetBytes(words[number]));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
