using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Inexact Newton on g(z) = f(z) - z with GMRES inside, globalised by pseudo-transient continuation (Kelley and Keyes 1998). For what the
/// other solvers do not converge on: its cost per digit is higher, its basin larger.
/// </summary>
/// <remarks>
/// <para>
/// From an iterate z a Krylov space of J is built out of differences, J v ~ (f(z + e v) - f(z))/e, one evaluation per direction. The space
/// is the same for every shift, so one serves both candidates: the Newton step, (I - J) s = g, and the pseudo-transient one,
/// ((1/d + 1) I - J) s = g, an implicit Euler step of length d along z' = f(z) - z. The Newton step is taken where the residual falls by
/// at least half of what its linear model says; else the other is, and Newton steps are tried less often for a while. Searching for a
/// monotone fall instead stalls at local minima of ||g||. The length d grows as ||g|| falls (switched evolution relaxation).
/// </para>
/// <para>
/// Every sample goes its own way: an evaluation of f serves one sample as a direction of its Krylov space and another as its next iterate, so
/// none waits for the slowest, and what stands beside it changes nothing. What the limit counts are all evaluations.
/// </para>
/// </remarks>
public sealed record NewtonKrylov : FixedPointSolver
{
    /// <summary>
    /// Most directions of a Krylov space, at least 1; as many vectors are kept. Default 20. Where J has many eigenvalues on both sides of 1,
    /// more directions are what helps.
    /// </summary>
    public int Memory { get; init => field = Allowed.AtLeastOne(value, nameof(Memory))!.Value; } = 20;

    /// <summary>The first pseudo-transient step length d; positive. Default 0.3: from 1 on, the first steps may leave the basin.</summary>
    public double InitialStep { get; init => field = Allowed.Positive(value, nameof(InitialStep))!.Value; } = 0.3;

    /// <summary>
    /// The forcing term, in (0, 1): the linear residual, relative to ||g||, at which a Krylov space is large enough. Default 0.1.
    /// </summary>
    public double Forcing
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Forcing), value, $"Forcing is {value}; it is the share of the residual that a linear solve may leave, in (0, 1).");
    } = 0.1;

    /// <summary>
    /// How it multiplies by J. Default <see cref="JacobianProducts.Differences"/>: measured on tanh maps in float64 and float32 the exact products
    /// need as many evaluations, and 1.2 to 2.7 times the time. They are for cells whose differences are no good, as where parts are of very different size.
    /// What the limit counts is the same. Of an adjoint problem, which is linear, differences are exact, and are what is taken.
    /// </summary>
    public JacobianProducts Products { get; init; }

    /// <inheritdoc/>
    public override string Name => "newton_krylov";

    /// <inheritdoc/>
    public override SolverState Begin(Tensor start, FixedPointProblem problem) => new NewtonKrylovState(this, start, problem);
}
