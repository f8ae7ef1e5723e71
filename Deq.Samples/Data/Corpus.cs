namespace Deq.Samples.Data;

/// <summary>A text split three ways, as word numbers over a vocabulary counted on the training part alone.</summary>
internal sealed record Corpus(string Name, Vocabulary Vocabulary, int[] Train, int[] Validation, int[] Test)
{
    /// <summary>The fewest tokens a split can have: one to start from and one to predict.</summary>
    private const int FewestTokens = 2;

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

    private static int[] Encode(ITokenSource text, Vocabulary vocabulary)
    {
        var numbers = new List<int>();
        text.Visit(token => numbers.Add(vocabulary.Find(token)));
        return numbers.Count >= FewestTokens
            ? [.. numbers]
            : throw new DataFileException(text.Name, $"holds {numbers.Count} token(s), at least {FewestTokens} are needed");
    }
}
