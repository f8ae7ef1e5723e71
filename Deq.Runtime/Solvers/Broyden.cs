using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Broyden's good method in inverse form from H_0 = -I, on g(z) = f(z) - z (Broyden 1965): s = -t H g with t = <see cref="Damping"/>, H updated by the
/// secant condition H dg = dz. With t = 1 it converges superlinearly near a root, also where f is no contraction.
/// </summary>
/// <remarks>
/// One vector per step is stored, which for t = 1 is the step itself: H_k = (I + s_k s_{k-1}^T/||s_{k-1}||^2) ... (I + s_1 s_0^T/||s_0||^2) (-I), and
/// s_{k+1} = p / (1 - s_k.p/||s_k||^2) with p = -H_k g_{k+1}. Of a shorter step t d_k the direction d_k = -H_k g_k is, and
/// d_{k+1} = (p - (1 - t) c d_k) / (1 - c) with c = d_k.p/||d_k||^2 (Kelley 1995, section 7.3). All dot products of an evaluation come from one
/// pass over the stored vectors and the next step from a second one.
/// </remarks>
public sealed record Broyden : FixedPointSolver
{
    /// <summary>
    /// Steps kept, at least 1; when they are used up the method starts again from H = -I at the iterate reached. Default: all of them.
    /// </summary>
    public int? Memory { get; init => field = Allowed.AtLeastOne(value, nameof(Memory)); }

    /// <summary>
    /// t, the share of the quasi-Newton step that is taken, in (0, 1]. Default <see cref="EquilibriumDefaults.Damping"/>. The secant condition is that of
    /// the step as taken, so H learns what it would learn of full ones; near the solution a step leaves 1 - t of the residual, and convergence is
    /// linear. With <see cref="LineSearch"/> it is the length of a step's first trial, and of the step after a search in vain.
    /// </summary>
    public double Damping { get; init => field = Allowed.Damping(value, "the share of the quasi-Newton step that is taken"); } = EquilibriumDefaults.Damping;

    /// <summary>
    /// Whether a step after which its sample's residual is above those of the latest steps is shortened, per sample (the non-monotone, derivative-free
    /// search of La Cruz, Martinez and Raydan 2006). Default false. Helps where full steps overshoot a steep cell. Where ||f(z) - z|| has local minima a
    /// search is what holds a sample in them: after one in vain the whole step is taken, and whole steps are for a while, each time for longer. Each
    /// trial is an evaluation, and counted as one; a sample that searches does not hold up the others.
    /// </summary>
    public bool LineSearch { get; init; }

    /// <inheritdoc/>
    public override string Name => "broyden";

    /// <inheritdoc/>
    public override SolverState Begin(Tensor start, FixedPointProblem problem)
    {
        var most = Steps(this, problem);
        return LineSearch ? new BroydenLineSearch(start, most, Damping, problem) : new State(start, most, Damping, problem);
    }

    /// <inheritdoc/>
    /// <remarks>Not with <see cref="LineSearch"/>, whose lengths jump.</remarks>
    public override SolverState? BeginUnrolled(Tensor start, FixedPointProblem problem) => LineSearch ? null : new UnrolledBroyden(this, start, problem);

    /// <summary>Steps until a restart, or all that a solve can make.</summary>
    internal static int Steps(Broyden settings, FixedPointProblem problem) =>
        Math.Max(1, Math.Min(settings.Memory ?? int.MaxValue, problem.MaxEvaluations - 1));

    private sealed class State : SolverState, IKeepsInverse
    {
        private readonly int memory;
        private readonly double damping;
        private readonly VectorHistory steps;    // d_0 .. d_k, and in the place after them g until the next direction takes it
        private readonly BroydenCoefficients[] coefficients;
        private readonly BroydenInverseParts? parts;

        public State(Tensor start, int memory, double damping, FixedPointProblem problem)
        {
            (this.memory, this.damping) = (memory, damping);
            parts = problem.InverseFor is null ? null : new(problem.InverseFor);
            steps = new(start, memory + 1);
            coefficients = new BroydenCoefficients[start.shape[0]];
            for (var b = 0; b < coefficients.Length; b++) coefficients[b] = new();
        }

        public override Tensor Measure(Tensor z, Tensor image)
        {
            var g = steps.Place().copy_(image).sub_(z);
            if (steps.Count == 0) return cat([Squares(g), Squares(image)], 1);
            return cat([Squares(g), Squares(image), steps.DotsOfLatest().flatten(1)], 1);   // d_k.d_j, then g.d_j
        }

        internal override Measurements? MeasureOnHost(Tensor z, Tensor image)
        {
            if (!steps.IsOnHost) return null;
            var squares = RowSquares.OfResidual(z, image, steps.PlaceOnHost());
            return steps.Count == 0 ? squares : Measurements.Of(squares, steps.DotsOfLatest().flatten(1));
        }

        public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
        {
            parts?.Note(_ => steps.Count);
            if (steps.Count == memory)
            {
                if (parts is { MustSave: true })
                {
                    Direct(numbers);
                    parts.Save(steps.Stored, Transform);
                }
                steps.Clear();
                steps.Place().copy_(image).sub_(z);
            }
            Direct(numbers);
            var d = steps[steps.Count - 1];
            return damping == 1 ? d.add(z) : d.mul(damping).add_(z);
        }

        public BroydenInverse Inverse(Tensor z, Tensor image, Measurements numbers)
        {
            var factors = steps.Count;
            parts!.Note(_ => factors);
            Direct(numbers);
            return parts.Join(steps.Stored, Transform, _ => factors, (_, slot, n) => slot <= n);
        }

        private double[] Transform(int sample, int factors) => coefficients[sample].Transform(factors, j => j, steps.Count);

        /// <summary>d, the next direction: -H g with H as of this evaluation. It takes g's place in the history.</summary>
        private void Direct(Measurements numbers)
        {
            int stored = steps.Count, batch = coefficients.Length;
            if (stored == 0)
            {
                foreach (var c in coefficients) c.Clear();
                steps.Keep();
                return;
            }
            // Full steps give d_0 no weight.
            var first = damping == 1 ? 1 : 0;
            var width = stored + 1 - first;
            var all = new double[batch * width];
            Span<double> own = new double[stored + 1], along = new double[stored];
            for (var b = 0; b < batch; b++)
            {
                var latest = new double[stored];
                for (var j = 0; j < stored; j++) (latest[j], along[j]) = (numbers[b, 2 + j], numbers[b, 2 + stored + j]);
                coefficients[b].Add(latest, damping);
                coefficients[b].Next(along, own);
                own[first..].CopyTo(all.AsSpan(b * width, width));
            }
            // The last weight belongs to g, which stands after the directions.
            steps.MixIntoPlace(all, first);
            steps.Keep();
        }
    }
}
