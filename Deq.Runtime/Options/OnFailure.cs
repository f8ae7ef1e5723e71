namespace Deq;

/// <summary>What becomes of a solve in which a sample fails.</summary>
public enum OnFailure
{
    /// <summary>
    /// Nothing is thrown; the statistics tell. A sample that is not finite has its last finite iterate as value, and its inputs get
    /// zero gradient.
    /// </summary>
    Report,

    /// <summary>A sample that is not finite throws; a limit, stagnation or divergence is told by the statistics.</summary>
    ThrowIfNotFinite,

    /// <summary>Every sample that does not converge throws.</summary>
    Throw,
}
