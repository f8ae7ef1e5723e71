namespace Deq;

/// <summary>How an equilibrium is differentiated.</summary>
public enum GradientMode
{
    /// <summary>By the implicit function theorem: u = (I - J^T)^-1 dL/dz*, from an adjoint solve (DEQ theorem 1). Exact at a fixed point.</summary>
    Implicit,

    /// <summary>
    /// The unrolled phantom gradient (Geng et al. 2021): that of k taped steps z &lt;- t f(z) + (1 - t) z from the detached z*; no adjoint solve.
    /// </summary>
    Phantom,

    /// <summary>The Neumann phantom gradient: u = t sum_{i &lt; k} ((t J + (1 - t) I)^T)^i dL/dz*, k - 1 products.</summary>
    Neumann,

    /// <summary>Jacobian-free (Fung et al. 2022): u = dL/dz*, no product.</summary>
    JacobianFree,

    /// <summary>
    /// SHINE (Ramzi et al. 2022): u = -H^T dL/dz* with the inverse H ~ (J - I)^-1 that the forward solve's Broyden method has built, optionally
    /// refined by a few products (<see cref="EquilibriumOptions.GradientRefinement"/>). With the solver Broyden. That inverse knows the directions in
    /// which the forward solve went, and where the loss points elsewhere it says little: refine it.
    /// </summary>
    Shine,

    /// <summary>
    /// Back-propagation through the solver's own iterations, with the memory that this takes: the true derivative of the value that was computed, Anderson's
    /// mixing weights and Broyden's inverse included. With the solvers Picard, Anderson, Broyden without line search, and those of one's own that
    /// implement <see cref="Solvers.FixedPointSolver.BeginUnrolled"/>.
    /// </summary>
    Unrolled,
}
