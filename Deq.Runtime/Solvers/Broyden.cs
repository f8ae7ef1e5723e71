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
    /// Whether a step after which its sample's residual is no smaller is shortened, per sample (the derivative-free search of Li and
    /// Fukushima 2000, which lets the residual rise a little, less and less). Default false. Helps where full steps overshoot a steep cell; hinders where ||f(z) - z|| has local minima, which full steps leave. Each
    /// trial is an evaluation, and counted as one; a sample that searches does not hold up the others.
    /// </summary>
    public bool LineSearch { get; init; }

    /// <inheritdoc/>
    public override string Name => "broyden";

    /// <inheritdoc/>
    public override SolverState Begin(Tensor start, FixedPointProblem problem)
    {
        var most = Math.Max(1, Math.Min(Memory ?? int.MaxValue, problem.MaxEvaluations - 1));
        return LineSearch ? new BroydenLineSearch(start, most, problem) : new State(start, most, problem);
    }

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
            return z.add(Step(numbers));
        }

        public BroydenInverse Inverse(Tensor z, Tensor image, Measurements numbers)
        {
            var factors = steps.Count;
            parts!.Note(_ => factors);
            Step(numbers);
            return parts.Join(steps.Stored, Transform, _ => factors, (_, slot, n) => slot <= n);
        }

        private double[] Transform(int sample, int factors) => coefficients[sample].Transform(factors, j => j, steps.Count);

        /// <summary>s, the next step: -H g with H as of this evaluation. It takes g's place in the history.</summary>
        private Tensor Step(Measurements numbers)
        {
            var place = steps.Place();
            int stored = steps.Count, batch = coefficients.Length;
            steps.Keep();
            if (stored == 0)
            {
                foreach (var c in coefficients) c.Clear();
                return place;
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
