namespace Deq;

/// <summary>What the solvers of one call did.</summary>
public sealed class EquilibriumStatistics
{
    /// <summary>The forward solve; null before the first call.</summary>
    public SolveStatistics? Forward { get; internal set; }

    /// <summary>The latest adjoint solve of this call; null until its backward pass has run.</summary>
    public SolveStatistics? Backward { get; internal set; }

    /// <summary>What was thrown in the backward pass; null where it succeeded. <c>loss.BackwardOrThrow()</c> throws it.</summary>
    public Exception? BackwardFailure { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"forward: {Forward?.Message ?? "not run."} backward: {BackwardFailure?.Message ?? Backward?.Message ?? "not run."}";
}
