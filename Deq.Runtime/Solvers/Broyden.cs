using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Broyden's good method in inverse form from H_0 = -I, on g(z) = f(z) - z (Broyden 1965): s = -H g, H updated by the secant condition
/// H dg = dz. Converges superlinearly near a root, also where f is no contraction.
/// </summary>
/// <remarks>
/// One vector per step is stored, the step itself: H_k = (I + s_k s_{k-1}^T/||s_{k-1}||^2) ... (I + s_1 s_0^T/||s_0||^2) (-I), and
/// s_{k+1} = p / (1 - s_k.p/||s_k||^2) with p = -H_k g_{k+1}. All dot products of an evaluation come from one pass over the stored steps
/// and the next step from a second one.
/// </remarks>
public sealed record Broyden : FixedPointSolver
{
    /// <summary>
    /// Steps kept, at least 1; when they are used up the method starts again from H = -I at the iterate reached. Default: all of them.
    /// </summary>
    public int? Memory { get; init => field = Allowed.AtLeastOne(value, nameof(Memory)); }

    /// <summary>
    /// Whether a step after which its sample's residual is above those of the latest steps is shortened, per sample (the non-monotone, derivative-free
    /// search of La Cruz, Martinez and Raydan 2006). Default false. Helps where full steps overshoot a steep cell. Where ||f(z) - z|| has local minima a
    /// search is what holds a sample in them: after one in vain the full step is taken, and full steps are for a while, each time for longer. Each
    /// trial is an evaluation, and counted as one; a sample that searches does not hold up the others.
    /// </summary>
    public bool LineSearch { get; init; }

    /// <inheritdoc/>
    public override string Name => "broyden";

    /// <inheritdoc/>
    public override SolverState Begin(Tensor start, FixedPointProblem problem)
    {
        var most = Steps(this, problem);
        return LineSearch ? new BroydenLineSearch(start, most, problem) : new State(start, most, problem);
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
        private readonly VectorHistory steps;    // s_0 .. s_k, and in the place after them g until the next step takes it
        private readonly BroydenCoefficients[] coefficients;
        private readonly BroydenInverseParts? parts;

        public State(Tensor start, int memory, FixedPointProblem problem)
        {
            this.memory = memory;
            parts = problem.InverseFor is null ? null : new(problem.InverseFor);
            steps = new(start, memory + 1);
            coefficients = new BroydenCoefficients[start.shape[0]];
            for (var b = 0; b < coefficients.Length; b++) coefficients[b] = new();
        }

        public override Tensor Measure(Tensor z, Tensor image)
        {
            var g = steps.Place().copy_(image).sub_(z);
            if (steps.Count == 0) return cat([Squares(g), Squares(image)], 1);
            return cat([Squares(g), Squares(image), steps.DotsOfLatest().flatten(1)], 1);   // s_k.s_j, then g.s_j
        }

        public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
        {
            parts?.Note(_ => steps.Count);
            if (steps.Count == memory)
            {
                if (parts is { MustSave: true })
                {
                    Step(numbers);
                    parts.Save(steps.Stored, Transform);
                }
                steps.Clear();
                steps.Place().copy_(image).sub_(z);
            }
            return Step(numbers).add_(z);
        }

        public BroydenInverse Inverse(Tensor z, Tensor image, Measurements numbers)
        {
            var factors = steps.Count;
            parts!.Note(_ => factors);
            Step(numbers);
            return parts.Join(steps.Stored, Transform, _ => factors, (_, slot, n) => slot <= n);
        }

        private double[] Transform(int sample, int factors) => coefficients[sample].Transform(factors, j => j, steps.Count);

        /// <summary>s, the next step: -H g with H as of this evaluation. It takes g's place in the history; this is a copy.</summary>
        private Tensor Step(Measurements numbers)
        {
            var place = steps.Place();
            int stored = steps.Count, batch = coefficients.Length;
            steps.Keep();
            if (stored == 0)
            {
                foreach (var c in coefficients) c.Clear();
                return place.clone();
            }
            var all = new double[batch * stored];
            Span<double> own = new double[stored + 1], along = new double[stored];
            for (var b = 0; b < batch; b++)
            {
                var latest = new double[stored];
                for (var j = 0; j < stored; j++) (latest[j], along[j]) = (numbers[b, 2 + j], numbers[b, 2 + stored + j]);
                coefficients[b].Add(latest);
                coefficients[b].Next(along, own);
                // Full steps give s_0 no weight.
                own[1..].CopyTo(all.AsSpan(b * stored, stored));
            }
            // Weight j belongs to s_{j+1}, and the last one to g, which stands after them.
            var s = steps.Combine(Measurements.ToTensor(all, batch, stored, place), first: 1);
            place.copy_(s);
            return s;
        }
    }
}
