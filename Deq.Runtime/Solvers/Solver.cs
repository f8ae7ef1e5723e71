namespace Deq.Solvers;

/// <summary>
/// A method: immutable settings. A <see cref="FixedPointSolver"/> serves the forward and the adjoint problem; <see cref="Gmres"/>, which
/// needs a linear one, the adjoint alone.
/// </summary>
public abstract record Solver
{
    private protected Solver() { }

    /// <summary>The name under which attributes know the solver.</summary>
    public abstract string Name { get; }
}
