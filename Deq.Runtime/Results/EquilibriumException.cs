namespace Deq;

/// <summary>An equilibrium could not be computed as asked. The message says what happened and what to do.</summary>
public class EquilibriumException : Exception
{
    /// <summary>With a message.</summary>
    /// <param name="message">What happened and what to do.</param>
    public EquilibriumException(string message) : base(message) { }

    /// <summary>With a message and a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="inner">The cause.</param>
    public EquilibriumException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A solve failed in a way that <see cref="OnFailure"/> does not accept.</summary>
/// <param name="statistics">What the solve did.</param>
public sealed class EquilibriumSolveException(SolveStatistics statistics) : EquilibriumException(statistics.Message)
{
    /// <summary>What the solve did, per sample.</summary>
    public SolveStatistics Statistics { get; } = statistics;
}

/// <summary>The backward pass of an equilibrium layer failed; the cause is the inner exception.</summary>
/// <param name="layer">The layer's name.</param>
/// <param name="inner">What was thrown in the backward pass.</param>
public sealed class EquilibriumBackwardException(string layer, Exception inner)
    : EquilibriumException($"The backward pass of {layer} failed: {inner.Message}", inner);
