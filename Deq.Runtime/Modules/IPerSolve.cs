namespace Deq.Modules;

/// <summary>
/// A module of which something is computed once per solve and stays the same over all its evaluations: a normalised weight, a dropout
/// mask. Every call of an equilibrium layer tells the modules of this kind below it.
/// </summary>
public interface IPerSolve
{
    /// <summary>A solve begins on this thread. Solves nest, when a layer stands in the cell of another: the inner ones are part of the outermost.</summary>
    void BeginSolve();

    /// <summary>
    /// Evaluations of an earlier solve are made again on this thread: a reversible layer's backward pass undoes a step. Another solve may be under way
    /// around them, of a layer in whose cell that one stands; with it they share nothing, since they end with a backward pass of their own, which
    /// frees what they recorded. <see cref="EndSolve"/> ends them.
    /// </summary>
    /// <param name="snapshot">What <see cref="Snapshot"/> gave in the earlier solve, to be used again.</param>
    void BeginRepetition(object? snapshot);

    /// <summary>What this solve drew at random and another one must repeat; null where it draws nothing.</summary>
    object? Snapshot();

    /// <summary>The solve or repetition that began last on this thread ends, its recorded evaluation included.</summary>
    void EndSolve();
}
