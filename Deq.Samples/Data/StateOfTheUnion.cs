namespace Deq.Samples.Data;

/// <summary>
/// The State of the Union addresses, 1790 to 2021, shipped with the program. Of the addresses in order of their names
/// every twentieth is for validation (index mod 20 = 9) and every twentieth for the test (19), so that each split spans all times.
/// </summary>
internal static class StateOfTheUnion
{
    private const string Resource = "Deq.Samples.Data.sotu.txt.br";
    private const int MinimumCount = 3;
    private const int Period = 20, ValidationIndex = 9, TestIndex = 19;

    public static Corpus Read()
    {
        using Stream stream = typeof(StateOfTheUnion).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from this build.");
        return Split(SpeechArchive.Read(stream, Resource));
    }

    /// <summary>The same three-way split for any list of texts.</summary>
    public static Corpus Split(IReadOnlyList<Speech> speeches, int minimumCount = MinimumCount)
    {
        static bool IsTest(int index) => index % Period == TestIndex;
        static bool IsValidation(int index) => index % Period == ValidationIndex;

        return Corpus.Read(
            "State of the Union",
            new Part("training split", Where(index => !IsTest(index) && !IsValidation(index))),
            new Part("validation split", Where(IsValidation)),
            new Part("test split", Where(IsTest)),
            minimumCount);

        Speech[] Where(Func<int, bool> chosen) => [.. speeches.Where((_, index) => chosen(index))];
    }

    private sealed class Part(string name, Speech[] speeches) : ITokenSource
    {
        public string Name => $"State of the Union, {name}";

        public void Visit(TokenVisitor visit)
        {
            foreach (Speech speech in speeches) ProseTokens.Visit(speech.Text, visit);
        }
    }
}
