namespace Deq.Samples.Evidence;

/// <summary>Every evidence there is, in the order of the page.</summary>
internal static class EvidenceList
{
    public const string Everything = "all";

    public static IReadOnlyList<IEvidence> All { get; } =
    [
        new PenaltyEvidence(), new GradientEvidence(), new MemoryEvidence(), new GrowthEvidence(), new EarlyStopEvidence(), new CopyMemoryEvidence(),
        new LanguageEvidence(), new FullLanguageEvidence(), new ImageEvidence(), new RateEvidence(),
    ];

    /// <exception cref="SampleException">There is none of that name.</exception>
    public static IReadOnlyList<IEvidence> Named(string name)
    {
        if (name == Everything) return All;
        IEvidence[] found = [.. All.Where(evidence => evidence.Name == name)];
        return found.Length > 0
            ? found
            : throw new SampleException($"there is no evidence '{name}': choose {string.Join(", ", All.Select(evidence => evidence.Name))}, or {Everything}");
    }
}
