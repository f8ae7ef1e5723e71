namespace Deq.Samples.Baselines;

/// <summary>
/// Interpolated trigram model with modified Kneser-Ney smoothing (Chen and Goodman 1999, section 4.2): trigrams are counted as they occur,
/// bigrams and single words by the number of different words they follow, and what the discounts take off goes to the next lower order,
/// at the end evenly to all words. The probabilities after any two words sum to one.
/// </summary>
internal sealed class KneserNeyTrigram : ILanguageModel
{
    /// <summary>Bits of a word's number in a packed n-gram: three words in one 64-bit key.</summary>
    private const int Bits = 21;

    private readonly OrderCounts trigrams;
    private readonly OrderCounts bigrams;
    private readonly double[] words;

    /// <param name="text">The training text.</param>
    /// <param name="vocabulary">Number of words, at most 2^21.</param>
    public KneserNeyTrigram(ReadOnlySpan<int> text, int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vocabulary, 1 << Bits);

        trigrams = OrderCounts.Of(Sorted(text, 3));
        // A continuation count is the number of different words before it: the distinct trigrams, the first word cut off.
        bigrams = OrderCounts.Of(Continuations(Distinct(Sorted(text, 3)), 2));
        words = Words(Distinct(Sorted(text, 2)), vocabulary);
    }

    public double Probability(int before, int last, int word)
    {
        double lower = bigrams.Interpolate((uint)last, word, words[word]);
        return trigrams.Interpolate(((long)before << Bits) | (uint)last, word, lower);
    }

    /// <summary>The lowest order: continuation counts of single words, discounted, the rest spread evenly.</summary>
    private static double[] Words(long[] bigrams, int vocabulary)
    {
        var counts = new int[vocabulary];
        foreach (long bigram in bigrams) counts[bigram & ((1L << Bits) - 1)]++;
        Discounts discounts = Discounts.Estimate(counts);
        double total = bigrams.Length, taken = 0;
        foreach (int count in counts) taken += discounts.Of(count);
        return total == 0
            ? [.. Enumerable.Repeat(1.0 / vocabulary, vocabulary)]
            : [.. counts.Select(count => (count - discounts.Of(count)) / total + taken / total / vocabulary)];
    }

    private static long[] Sorted(ReadOnlySpan<int> text, int order)
    {
        var keys = new long[Math.Max(text.Length - order + 1, 0)];
        long mask = (1L << (Bits * order)) - 1;
        long key = 0;
        for (int i = 0; i < text.Length; i++)
        {
            key = ((key << Bits) | (uint)text[i]) & mask;
            if (i >= order - 1) keys[i - order + 1] = key;
        }

        Array.Sort(keys);
        return keys;
    }

    private static long[] Distinct(long[] sorted)
    {
        int length = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1]) sorted[length++] = sorted[i];
        }

        return sorted[..length];
    }

    /// <summary>The last <paramref name="order"/> words of each n-gram, sorted.</summary>
    private static long[] Continuations(long[] ngrams, int order)
    {
        long mask = (1L << (Bits * order)) - 1;
        for (int i = 0; i < ngrams.Length; i++) ngrams[i] &= mask;
        Array.Sort(ngrams);
        return ngrams;
    }

    /// <summary>One order's n-grams with their counts, and for each context its total and the share that its discounts leave to the lower order.</summary>
    private sealed class OrderCounts
    {
        private readonly long[] keys;
        private readonly int[] counts;
        private readonly Discounts discounts;
        private readonly Dictionary<long, Context> contexts;

        private readonly record struct Context(int First, int Length, double Total, double LowerShare);

        private OrderCounts(long[] keys, int[] counts)
        {
            this.keys = keys;
            this.counts = counts;
            discounts = Discounts.Estimate(counts);
            contexts = [];
            for (int first = 0, end; first < keys.Length; first = end)
            {
                long context = keys[first] >> Bits;
                double total = 0, taken = 0;
                for (end = first; end < keys.Length && keys[end] >> Bits == context; end++)
                {
                    total += counts[end];
                    taken += discounts.Of(counts[end]);
                }

                contexts.Add(context, new Context(first, end - first, total, taken / total));
            }
        }

        /// <param name="sorted">Every occurrence as a packed n-gram, in order.</param>
        public static OrderCounts Of(long[] sorted)
        {
            var keys = new List<long>();
            var counts = new List<int>();
            foreach (long key in sorted)
            {
                if (keys.Count > 0 && keys[^1] == key)
                {
                    counts[^1]++;
                    continue;
                }

                keys.Add(key);
                counts.Add(1);
            }

            return new OrderCounts([.. keys], [.. counts]);
        }

        /// <summary>The discounted share of the word in this context plus the lower order's; a context never seen leaves all to the lower order.</summary>
        public double Interpolate(long context, int word, double lower)
        {
            if (!contexts.TryGetValue(context, out Context seen)) return lower;
            int at = Array.BinarySearch(keys, seen.First, seen.Length, (context << Bits) | (uint)word);
            double share = at < 0 ? 0 : (counts[at] - discounts.Of(counts[at])) / seen.Total;
            return share + seen.LowerShare * lower;
        }
    }
}
