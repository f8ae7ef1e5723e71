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

    /// <inheritdoc/>
    public override string Name => "broyden";

    /// <inheritdoc/>
    public override SolverState Begin(Tensor start, FixedPointProblem problem) =>
        new State(start, Math.Max(1, Math.Min(Memory ?? int.MaxValue, problem.MaxEvaluations - 1)));

    private sealed class State : SolverState
    {
        private readonly int memory;
        private readonly Tensor pair;            // B x 2 x D: the latest step s_k, and g
        private readonly VectorHistory steps;
        private readonly BroydenCoefficients[] coefficients;

        public State(Tensor start, int memory)
        {
            this.memory = memory;
            pair = start.new_empty(start.shape[0], 2, start.shape[1]);
            steps = new(start, memory);
            coefficients = new BroydenCoefficients[start.shape[0]];
            for (var b = 0; b < coefficients.Length; b++) coefficients[b] = new();
        }

        public override Tensor Measure(Tensor z, Tensor image)
        {
            var g = pair.select(1, 1);
            g.copy_(image).sub_(z);
            if (steps.Count == 0) return cat([Squares(g), Squares(image)], 1);
            return cat([Squares(g), Squares(image), steps.Dots(pair).flatten(1)], 1);   // s.s_j, then g.s_j
        }

        public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
        {
            Tensor s = pair.select(1, 0), g = pair.select(1, 1);
            var stored = steps.Count;
            if (stored == 0 || stored == memory)
            {
                s.copy_(g);
                steps.Clear();
            }
            else
            {
                var batch = coefficients.Length;
                var c = new double[batch * stored];
                for (var b = 0; b < batch; b++) coefficients[b].Next(numbers, b, stored, c.AsSpan(b * stored, stored));
                var weights = Measurements.ToTensor(c, batch, stored, z);
                // Weight j belongs to s_{j+1}; the last one scales g.
                s.copy_(g).mul_(weights.narrow(2, stored - 1, 1).squeeze(2));
                if (stored > 1) s.add_(steps.Combine(weights.narrow(2, 0, stored - 1), first: 1));
            }
            steps.Next().copy_(s);
            return z.add(s);
        }
    }
}
