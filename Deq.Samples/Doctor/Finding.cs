namespace Deq.Samples.Doctor;

/// <summary>Something that is wrong, and the way out.</summary>
/// <param name="IsError">Torch cannot be used; else it works, but slower or otherwise than it could.</param>
/// <param name="What">What is wrong and what it costs.</param>
/// <param name="Remedy">What to do; null where <paramref name="What"/> says it.</param>
internal sealed record Finding(bool IsError, string What, string? Remedy);
