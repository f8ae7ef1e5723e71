using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Fixed-point iteration, z &lt;- t f(z) + (1 - t) z. Converges linearly for a contraction; with t &lt; 1 also where the eigenvalues of J
/// have real parts below 1.
/// </summary>
public sealed record Picard : FixedPointSolver
{
    /// <summary>t, the share of f(z) in the next iterate, in (0, 1]. Default <see cref="EquilibriumDefaults.Damping"/>.</summary>
    public double Damping { get; init => field = Allowed.Damping(value); } = EquilibriumDefaults.Damping;

    /// <inheritdoc/>
    public override string Name => "picard";

    /// <inheritdoc/>
    public override SolverState Begin(Tensor start, FixedPointProblem problem) => new State(Damping);

    /// <inheritdoc/>
    public override SolverState BeginUnrolled(Tensor start, FixedPointProblem problem) => Begin(start, problem);

    private sealed class State(double damping) : SolverState
    {
        public override bool NeedsNumbers => false;

        public override Tensor Measure(Tensor z, Tensor image) => cat([Squares(image - z), Squares(image)], 1);

        internal override Measurements? MeasureOnHost(Tensor z, Tensor image) => HostRows.Serves(image) ? RowSquares.OfResidual(z, image) : null;

        public override Tensor Next(Tensor z, Tensor image, Measurements numbers) =>
            damping == 1 ? image.alias() : z.mul(1 - damping).add_(image, damping);
    }
}
