namespace Deq.Samples.Evidence;

/// <summary>Whether one statement of a claim shows in what was measured.</summary>
/// <param name="Shown">Decided by the figures.</param>
/// <param name="Statement">What shows or does not, with the figures.</param>
internal sealed record Verdict(bool Shown, string Statement);
