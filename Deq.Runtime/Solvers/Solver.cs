using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// A method for z = f(z): immutable settings. What a solve has learnt so far is a <see cref="SolverState"/>; counting, stopping, the best
/// iterate, finiteness and dispose scopes belong to the loop, <see cref="FixedPointLoop"/>, which exists once.
/// </summary>
public abstract record Solver
{
    /// <summary>The name under which attributes know the solver.</summary>
    public abstract string Name { get; }

    /// <summary>Begins a solve.</summary>
    /// <param name="start">z_0, B x D: one row per sample. Tells batch, size, type and device.</param>
    /// <param name="maxEvaluations">Most evaluations that the solve will make.</param>
    public abstract SolverState Begin(Tensor start, int maxEvaluations);
}
