namespace Deq.Samples.Evidence;

/// <summary>A claim of the papers, tried at a size that two cores can do.</summary>
internal interface IEvidence
{
    /// <summary>On the command line, and in the markers of the page.</summary>
    string Name { get; }

    /// <summary>Heading of its section.</summary>
    string Title { get; }

    /// <summary>What the papers say, with the place where they say it; Markdown.</summary>
    string Claim { get; }

    /// <summary>How long it takes on two cores that do nothing else.</summary>
    TimeSpan Expected { get; }

    /// <summary>Measures, or takes up what an interrupted run has measured.</summary>
    Section Gather(EvidenceRun run);
}
