namespace Deq.Samples.Training;

/// <summary>What a training is on, as its checkpoint remembers it.</summary>
/// <param name="Folder">Where the data were: what is read where nobody names a folder; null for the standard places. Data may be moved.</param>
/// <param name="Digest">SHA-256 of the data themselves: a training goes on only with the same.</param>
internal sealed record TrainingData(string? Folder, string Digest);
