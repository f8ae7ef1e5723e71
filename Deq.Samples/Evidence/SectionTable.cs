namespace Deq.Samples.Evidence;

/// <summary>A table of a section.</summary>
/// <param name="Caption">What its rows are, a sentence; may be empty.</param>
/// <param name="Columns">The first is of words, the others of figures.</param>
/// <param name="Rows">As many cells as there are columns.</param>
internal sealed record SectionTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
