using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// A method for z = f(z). What a solve has learnt so far is a <see cref="SolverState"/>; counting, stopping, the best iterate, finiteness
/// and dispose scopes belong to the loop, <see cref="FixedPointLoop"/>, which exists once.
/// </summary>
public abstract record FixedPointSolver : Solver
{
    /// <summary>Begins a solve.</summary>
    /// <param name="start">z_0, B x D: one row per sample. Tells batch, size, type and device.</param>
    /// <param name="problem">The map, and how often it may be evaluated. The loop evaluates it at every iterate; a method that needs f elsewhere as well calls it itself.</param>
    public abstract SolverState Begin(Tensor start, FixedPointProblem problem);
}
