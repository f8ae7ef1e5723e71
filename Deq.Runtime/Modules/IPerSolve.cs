namespace Deq.Modules;

/// <summary>
/// A module of which something is computed once per solve and stays the same over all its evaluations: a normalised weight, a dropout
/// mask. Every call of an equilibrium layer tells the modules of this kind below it.
/// </summary>
public interface IPerSolve
{
    /// <summary>A solve begins on this thread. Solves nest, when a layer stands in the cell of another.</summary>
    /// <param name="snapshot">What an earlier solve drew, to be used again: a reversible layer's backward pass repeats its evaluations.</param>
    void BeginSolve(object? snapshot = null);

    /// <summary>What this solve drew at random and another one must repeat; null where it draws nothing.</summary>
    object? Snapshot();

    /// <summary>The solve that began last on this thread ends, its recorded evaluation included.</summary>
    void EndSolve();
}
