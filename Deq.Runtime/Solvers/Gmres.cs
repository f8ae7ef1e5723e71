namespace Deq.Solvers;

/// <summary>
/// GMRES (Saad and Schultz 1986) for the adjoint problem (I - J^T) u = g, which is linear: the smallest residual over the Krylov space, so no
/// method of the kind needs fewer products. Every sample has a Hessenberg matrix of its own.
/// </summary>
public sealed record Gmres : Solver
{
    /// <summary>Products between restarts, at least 1. Default: as many as the limit allows, no restart.</summary>
    public int? Memory { get; init => field = Allowed.AtLeastOne(value, nameof(Memory)); }

    /// <summary>
    /// Whether the Broyden inverse H ~ (J - I)^-1 of the forward solve preconditions the problem from the right, by -H^T: for stiff
    /// problems, fewer products. The residual that is reported stays that of the problem itself. The forward solver must be
    /// <see cref="Broyden"/>. Default false.
    /// </summary>
    public bool Precondition { get; init; }

    /// <inheritdoc/>
    public override string Name => "gmres";
}
