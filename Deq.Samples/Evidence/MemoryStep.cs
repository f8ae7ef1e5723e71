using System.Globalization;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>A training step of one equilibrium whose memory is measured: f(z; x) = tanh(W z + x), all in float32.</summary>
internal static class MemoryStep
{
    public const string Unrolled = "unrolled", Anderson = "implicit, Anderson", Broyden = "implicit, Broyden", JacobianFree = "Jacobian-free",
        Reversible = "reversible, b = 0.8", ReversibleHalf = "reversible, b = 0.5", ReversibleAlone = "reversible, b = 0.8, no pair kept";

    public static IReadOnlyList<string> Methods { get; } = [Unrolled, Anderson, Broyden, JacobianFree, Reversible, ReversibleHalf, ReversibleAlone];

    private const double Contraction = 0.9, Never = 1e-30;

    /// <summary>What the child does: prints a peak for each depth, in MB.</summary>
    /// <param name="arguments">Method, the three sizes of the state, samples first, and the depths, which are evaluations of f.</param>
    /// <param name="output">Where to print.</param>
    public static void Measure(IReadOnlyList<string> arguments, TextWriter output)
    {
        (string method, long samples, long places, long width) = (arguments[0], Number(1), Number(2), Number(3));
        manual_seed(1);
        Tensor weight = randn([width, width]);
        weight = (weight * (Contraction / (2 * Math.Sqrt(width)))).requires_grad_();
        Tensor x = randn([samples, places, width]);
        for (int i = 4; i < arguments.Count; i++)
        {
            int depth = Number(i);
            output.WriteLine(PeakMemory.While(() =>
            {
                using (DisposeScope scope = NewDisposeScope()) Value(method, weight, x, depth).square().mean().BackwardOrThrow();
                weight.grad?.Dispose();
                weight.grad = null;
            }).ToString(CultureInfo.InvariantCulture));
        }

        int Number(int index) => int.Parse(arguments[index], CultureInfo.InvariantCulture);
    }

    private static Tensor Value(string method, Tensor weight, Tensor x, int depth)
    {
        // What a cell computes on the way goes when it is done, here as in a solve: unrolled would otherwise be charged for what back-propagation does not need.
        Tensor F(Tensor z, Tensor w)
        {
            using DisposeScope scope = NewDisposeScope();
            return (z.matmul(w) + x).tanh().MoveToOuterDisposeScope();
        }

        if (method == Unrolled)
        {
            Tensor z = zeros_like(x);
            for (int i = 0; i < depth; i++) z = F(z, weight);
            return z;
        }

        var reversible = new EquilibriumOptions { Steps = Math.Max(1, depth / 2), Beta = method == ReversibleHalf ? 0.5 : 0.8, KeepEvery = method == ReversibleAlone ? 0 : null, OnFailure = OnFailure.Report };
        if (method is Reversible or ReversibleHalf or ReversibleAlone)
            return Equilibrium.SolveReversible((z, inputs) => F(z, inputs[0]), zeros_like(x), [weight], reversible).Value;

        var options = new EquilibriumOptions { MaxEvaluations = depth, Tolerance = Never, OnFailure = OnFailure.Report };
        EquilibriumOptions solved = options with { BackwardMaxEvaluations = depth, BackwardTolerance = Never };
        return Equilibrium.Solve(z => F(z, weight), zeros_like(x), method switch
        {
            Broyden => solved with { Solver = new Broyden() },
            JacobianFree => options with { Solver = new Anderson(), Gradient = GradientMode.JacobianFree },
            _ => solved with { Solver = new Anderson() },
        }).Value;
    }
}
