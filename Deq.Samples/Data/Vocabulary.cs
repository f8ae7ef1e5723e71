using System.Collections;
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
        Identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', this.words))))[..32];
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
    public static Vocabulary CountedFrom(ITokenSource text, int minimumCount)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        text.Visit(token =>
        {
            lookup.TryGetValue(token, out int count);
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
}
