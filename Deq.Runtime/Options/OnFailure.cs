namespace Deq;

/// <summary>What becomes of a solve in which a sample fails.</summary>
public enum OnFailure
{
    /// <summary>
    /// Nothing is thrown; the statistics tell. A sample that is not finite has as value its last iterate at which f is finite, in training and in
    /// eval mode alike. Its inputs get zero gradient, and it adds nothing to that of the parameters, to the penalty and to losses on intermediate
    /// states: where f is recorded another sample of the batch stands in for it, in every input whose dimension 0 is the batch. Where every sample
    /// failed, or where what is not finite comes another way (in an input of a type of one's own, in a variable that the f of a plain call refers
    /// to) and f is not finite there, no gradient passes: the backward pass throws and names the samples.
    /// </summary>
    Report,

    /// <summary>A sample that is not finite throws; a limit, stagnation or divergence is told by the statistics.</summary>
    ThrowIfNotFinite,

    /// <summary>Every sample that does not converge throws.</summary>
    Throw,
}
