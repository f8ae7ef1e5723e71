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

    /// <summary>
    /// Begins a solve that autograd records, for <see cref="GradientMode.Unrolled"/>: the state writes nothing in place that it has given out or computes
    /// with, and what <c>Next</c> gives has the derivative of the step. By default null: the method cannot be unrolled.
    /// </summary>
    /// <param name="start">z_0, B x D.</param>
    /// <param name="problem">The map.</param>
    public virtual SolverState? BeginUnrolled(Tensor start, FixedPointProblem problem) => null;
}
