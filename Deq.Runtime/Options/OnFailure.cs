namespace Deq;

/// <summary>What becomes of a solve in which a sample fails.</summary>
public enum OnFailure
{
    /// <summary>
    /// Nothing is thrown; the statistics tell. A sample that is not finite has as value its last iterate at which f is finite, in training and in
    /// eval mode alike, and its inputs get zero gradient. Where f is not finite even at z_0, as with a NaN in an input, no gradient of the batch
    /// passes through f (it would be NaN in every parameter), so the backward pass throws and names the samples.
    /// </summary>
    Report,

    /// <summary>A sample that is not finite throws; a limit, stagnation or divergence is told by the statistics.</summary>
    ThrowIfNotFinite,

    /// <summary>Every sample that does not converge throws.</summary>
    Throw,
}
