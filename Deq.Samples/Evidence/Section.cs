using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>What an evidence found.</summary>
internal sealed record Section
{
    /// <summary>What was measured, and at which size; Markdown.</summary>
    public required string Setting { get; init; }

    public required IReadOnlyList<SectionTable> Tables { get; init; }

    public required IReadOnlyList<Verdict> Verdicts { get; init; }

    public IReadOnlyList<Chart> Charts { get; init; } = [];

    /// <summary>Figures that are drawn already.</summary>
    public IReadOnlyList<Drawing> Drawings { get; init; } = [];

    /// <summary>What a reader should know beside it; Markdown.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
