using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Anderson mixing (type II): z &lt;- b F a + (1 - b) Z a, with the weights a of sum 1 that minimise ||G a|| over the last
/// <see cref="Memory"/> residuals G = F - Z (Anderson 1965; Walker and Ni 2011). The method of choice where J has a moderate spectral radius.
/// </summary>
/// <remarks>
/// The Gram matrix G^T G gains one row per evaluation, whose diagonal is the squared residual. It is scaled to unit diagonal and
/// regularised relative to that, so that scaling the problem by a constant changes nothing. Where a residual is (nearly) a combination
/// of newer ones it is left out, and where nothing else is left the next iterate is f(z).
/// </remarks>
public sealed record Anderson : FixedPointSolver
{
    /// <summary>The window m, at least 1. Default <see cref="EquilibriumDefaults.Memory"/>.</summary>
    public int Memory { get; init => field = Allowed.AtLeastOne(value, nameof(Memory))!.Value; } = EquilibriumDefaults.Memory;

    /// <summary>b, the share of f in the next iterate, in (0, 1]. Default <see cref="EquilibriumDefaults.Damping"/>.</summary>
    public double Damping { get; init => field = Allowed.Damping(value); } = EquilibriumDefaults.Damping;

    /// <summary>Relative to the Gram matrix of unit diagonal; null for that of the type.</summary>
    internal double? Regularization { get; init; }

    /// <inheritdoc/>
    public override string Name => "anderson";

    /// <inheritdoc/>
    public override SolverState Begin(Tensor start, FixedPointProblem problem) => new State(start, Math.Min(Memory, problem.MaxEvaluations), Damping, Regularization);

    /// <inheritdoc/>
    public override SolverState BeginUnrolled(Tensor start, FixedPointProblem problem) => new UnrolledAnderson(this, start, problem);

    /// <summary>Relative to the Gram matrix of unit diagonal.</summary>
    internal static double Regularizer(ScalarType type) => type == ScalarType.Float64 ? 1e-10 : 1e-6;

    private sealed class State : SolverState
    {
        private readonly int memory;
        private readonly double damping;
        private readonly Tensor[] images;    // F, a ring
        private readonly Tensor residuals;   // G, likewise
        private readonly MixingWeights[] mixing;
        private int evaluations;

        public State(Tensor start, int memory, double damping, double? regularization)
        {
            long batch = start.shape[0], size = start.shape[1];
            (this.memory, this.damping) = (memory, damping);
            images = new Tensor[memory];
            residuals = start.new_empty([batch, memory, size]);
            var regularizer = regularization ?? Regularizer(start.dtype);
            mixing = new MixingWeights[batch];
            for (var b = 0; b < batch; b++) mixing[b] = new(memory, regularizer);
        }

        private int Slot => evaluations % memory;
        private int Filled => Math.Min(evaluations + 1, memory);

        public override Tensor Measure(Tensor z, Tensor image)
        {
            var g = residuals.select(1, Slot);
            g.copy_(image).sub_(z);
            Keep(image);
            var row = Row();
            return cat([row.narrow(1, Slot, 1), Squares(image), row], 1);
        }

        internal override Measurements? MeasureOnHost(Tensor z, Tensor image)
        {
            if (!HostRows.Serves(residuals)) return null;
            var squares = RowSquares.OfResidual(z, image, new(residuals, memory, Slot));
            Keep(image);
            return Measurements.Of(squares, Row());
        }

        public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
        {
            int slot = Slot, filled = Filled;
            evaluations++;
            var batch = mixing.Length;
            var weights = new double[batch * filled];
            for (var b = 0; b < batch; b++)
            {
                for (var j = 0; j < filled; j++) mixing[b].SetGram(slot, j, numbers[b, 2 + j]);
                mixing[b].Solve(slot, filled, weights.AsSpan(b * filled, filled));
            }
            if (HostRows.Serves(image) && damping == 1) return RowMixture.Of(weights, images.AsSpan(0, filled));
            var a = Measurements.ToTensor(weights, batch, filled, z);
            var next = images[0] * a.select(2, 0);
            for (var j = 1; j < filled; j++) next.addcmul_(images[j], a.select(2, j), 1);
            // Z a = F a - G a, so no ring of iterates is kept.
            return damping == 1 ? next : next.add_(RowProducts.Mix(a, residuals.narrow(1, 0, filled)), damping - 1);
        }

        private void Keep(Tensor image)
        {
            images[Slot]?.Dispose();
            images[Slot] = image.alias().MoveToOuterDisposeScope();
        }

        /// <summary>The newest residual's row of the Gram matrix, B x n.</summary>
        private Tensor Row() => RowProducts.Dots(residuals.narrow(1, Slot, 1), residuals.narrow(1, 0, Filled)).squeeze(1);
    }
}
