namespace Deq.Modules;

/// <summary>
/// A module of which something is computed once per solve and stays the same over all its evaluations: a normalised weight, a dropout
/// mask. Every call of an equilibrium layer tells the modules of this kind below it.
/// </summary>
public interface IPerSolve
{
    /// <summary>A solve begins on this thread. Solves nest, when a layer stands in the cell of another.</summary>
    void BeginSolve();

    /// <summary>The solve that began last on this thread ends, its recorded evaluation included.</summary>
    void EndSolve();
}
