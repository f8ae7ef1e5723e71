using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Deq.Samples.Data;

/// <summary>A text split three ways, as word numbers over a vocabulary counted on the training part alone.</summary>
internal sealed record Corpus(string Name, Vocabulary Vocabulary, int[] Train, int[] Validation, int[] Test)
{
    /// <summary>The fewest tokens a split can have: one to start from and one to predict.</summary>
    private const int FewestTokens = 2;

    private const int DigestBlock = 1 << 14;

    /// <param name="name">What to call the corpus.</param>
    /// <param name="train">The text that the vocabulary is counted on.</param>
    /// <param name="validation">The text that training is watched with.</param>
    /// <param name="test">The text that the final figure is taken on.</param>
    /// <param name="minimumCount">Rarer words become <see cref="Vocabulary.Unknown"/>.</param>
    /// <exception cref="DataFileException">A text cannot be read or has fewer than two tokens.</exception>
    public static Corpus Read(string name, ITokenSource train, ITokenSource validation, ITokenSource test, int minimumCount)
    {
        Vocabulary vocabulary = Vocabulary.CountedFrom(train, minimumCount);
        return new Corpus(name, vocabulary, Encode(train, vocabulary), Encode(validation, vocabulary), Encode(test, vocabulary));
    }

    /// <summary>SHA-256 of the training text as word numbers; the words themselves are in a checkpoint anyway.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[DigestBlock * sizeof(int)];
        for (int start = 0; start < Train.Length; start += DigestBlock)
        {
            ReadOnlySpan<int> block = Train.AsSpan(start, Math.Min(DigestBlock, Train.Length - start));
            for (int i = 0; i < block.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), block[i]);
            hash.AppendData(bytes, 0, block.Length * sizeof(int));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static int[] Encode(ITokenSource text, Vocabulary vocabulary)
    {
        var numbers = new List<int>();
        text.Visit(token => numbers.Add(vocabulary.Find(token)));
        return numbers.Count >= FewestTokens
            ? [.. numbers]
            : throw new DataFileException(text.Name, $"holds {numbers.Count} token(s), at least {FewestTokens} are needed");
    }
}
