using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>
/// The check behind <c>Equilibrium.CheckGradient</c>: the gradient of L = sum(c * value), c fixed, against central differences of L along
/// directions of every leaf, in float64.
/// </summary>
/// <remarks>
/// With h = 1e-5 relative to the leaf, a central difference is off by about h^2 = 1e-10 of curvature and by 1e-12/h
/// = 1e-7 of what the solve leaves: far below the relative 1e-5 that counts as right.
/// </remarks>
/// <param name="subject">What is checked.</param>
/// <param name="value">The states of a call; f anew each time.</param>
/// <param name="tolerance">The relative error that counts as right.</param>
/// <param name="seed">Of directions and of the loss.</param>
/// <param name="differences">Whether finite differences are taken.</param>
internal sealed class GradientCheck(string subject, Func<Tensor[]> value, double tolerance, int seed, bool differences)
{
    private const long ElementByElement = 48;
    private const int RandomDirections = 6;
    private const double Step = 1e-5;
    // A gradient that is zero but for rounding is measured against the largest of all.
    private const double Floor = 1e-4;

    private readonly Random random = new(seed);
    private double[][]? weights;

    /// <param name="leaves">What gradients are checked of.</param>
    /// <param name="solve">What is wrong with the latest solves; null for nothing.</param>
    /// <param name="algebra">The gradients by dense algebra, after a call that is on a tape; null where there are none.</param>
    public GradientCheckReport Run(IReadOnlyList<(string Name, Tensor Leaf)> leaves, Func<string?> solve, Func<double[][]?> algebra)
    {
        var kept = leaves.Select(l => l.Leaf.grad).ToArray();
        var gradients = new double[leaves.Count][];
        List<string> problems = [];
        try
        {
            foreach (var (_, leaf) in leaves) leaf.grad = null;
            using var scope = NewDisposeScope();
            using var taped = enable_grad();
            var loss = Loss();
            if (weights!.All(w => w.Length == 0)) problems.Add("The batch is empty, so nothing was compared. Give a few samples.");
            if (solve() is { } forward) problems.Add(forward);
            loss.BackwardOrThrow();
            if (solve() is { } adjoint && !problems.Contains(adjoint)) problems.Add(adjoint);
            for (var i = 0; i < gradients.Length; i++)
                gradients[i] = leaves[i].Leaf.grad is { } g ? Numbers(g) : new double[leaves[i].Leaf.numel()];
        }
        finally
        {
            for (var i = 0; i < kept.Length; i++) leaves[i].Leaf.grad = kept[i];
        }

        var exact = algebra();
        if (!differences && exact is null) problems.Add("There was nothing to do dense algebra with: a reversible layer has no fixed point, its gradient is that of its steps. Compare it with finite differences.");
        double first = LossValue(), again = LossValue();
        if (first != again)
            problems.Add("The value changes from call to call, so its differences say nothing: take dropout and other random calls out of the cell, or use VariationalDropout and eval mode.");
        var largest = gradients.SelectMany(g => g).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var entries = leaves.Select((l, i) => Check(l.Name, l.Leaf, gradients[i], exact?[i], Floor * largest)).ToArray();
        return new(subject, tolerance, entries, problems);
    }

    private GradientCheckEntry Check(string name, Tensor leaf, double[] gradient, double[]? exact, double floor)
    {
        var (byAlgebra, at) = exact is null ? (null, -1) : FromAlgebra(gradient, exact, floor);
        if (!differences)
            return new(name, leaf.shape, double.NaN, byAlgebra, at < 0 ? 0 : gradient[at], at < 0 ? 0 : exact![at], 0, byAlgebra <= tolerance);
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        var original = Numbers(leaf);
        var h = Step * Math.Max(1e-3, Math.Sqrt(original.Sum(v => v * v) / Math.Max(1, original.Length)));
        double error = 0, size = 0, worst = -1, worstGradient = 0, worstDifference = 0;
        var directions = Directions(gradient).ToArray();
        try
        {
            foreach (var d in directions)
            {
                var said = Dot(gradient, d);
                var measured = (At(leaf, original, d, h) - At(leaf, original, d, -h)) / (2 * h);
                var off = Math.Abs(said - measured);
                (error, size) = (error + off * off, size + measured * measured);
                // A NaN on either side is the worst of all.
                if (off > worst || double.IsNaN(off)) (worst, worstGradient, worstDifference) = (double.IsNaN(off) ? double.PositiveInfinity : off, said, measured);
            }
        }
        finally
        {
            Write(leaf, original);
        }
        var relative = error == 0 ? 0 : Math.Sqrt(error) / Math.Max(Math.Sqrt(size), Math.Max(floor, double.Epsilon));
        var right = relative <= tolerance;
        if (right && at >= 0) (worstGradient, worstDifference) = (gradient[at], exact![at]);
        return new(name, leaf.shape, relative, byAlgebra, worstGradient, worstDifference, directions.Length, right && (byAlgebra is null || byAlgebra <= tolerance));
    }

    /// <summary>The relative distance from the exact gradient, and the element that is farthest from it.</summary>
    private static (double? Error, int Worst) FromAlgebra(double[] gradient, double[] exact, double floor)
    {
        double error = 0, size = 0, most = -1;
        var worst = -1;
        for (var i = 0; i < exact.Length; i++)
        {
            var off = Math.Abs(gradient[i] - exact[i]);
            if (double.IsNaN(off)) off = double.PositiveInfinity;
            (error, size) = (error + off * off, size + exact[i] * exact[i]);
            if (off > most) (most, worst) = (off, i);
        }
        return (error == 0 ? 0 : Math.Sqrt(error) / Math.Max(Math.Sqrt(size), Math.Max(floor, double.Epsilon)), worst);
    }

    private IEnumerable<double[]> Directions(double[] gradient)
    {
        var n = gradient.Length;
        if (n <= ElementByElement)
        {
            for (var i = 0; i < n; i++)
            {
                var unit = new double[n];
                unit[i] = 1;
                yield return unit;
            }
            yield break;
        }
        if (Unit([.. gradient]) is { } own) yield return own;
        for (var k = 0; k < RandomDirections; k++) yield return Unit(Gaussian(n))!;
    }

    private double At(Tensor leaf, double[] original, double[] direction, double h)
    {
        Write(leaf, [.. original.Zip(direction, (v, d) => v + h * d)]);
        return LossValue();
    }

    private double LossValue()
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        return Loss().item<double>();
    }

    private Tensor Loss() => Loss(value());

    /// <summary>sum(c * state) over all states.</summary>
    public Tensor Loss(Tensor[] states)
    {
        foreach (var v in states)
            if (v.dtype != ScalarType.Float64)
                throw new EquilibriumException($"{subject} gives {v.dtype}; a gradient is checked in float64, where differences have digits enough. Give float64 inputs, and convert a module with to(float64) before the check.");
        weights ??= [.. states.Select(v => Gaussian((int)v.numel()))];
        var sum = zeros([], ScalarType.Float64, states[0].device);
        for (var i = 0; i < states.Length; i++) sum = sum + (states[i] * tensor(weights[i], states[i].dtype, states[i].device).view(states[i].shape)).sum();
        return sum;
    }

    private double[] Gaussian(int n)
    {
        var draws = new double[n];
        for (var i = 0; i < n; i++) draws[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return draws;
    }

    private static double[]? Unit(double[] v)
    {
        var norm = Math.Sqrt(Dot(v, v));
        if (!(norm > 0) || !double.IsFinite(norm)) return null;
        for (var i = 0; i < v.Length; i++) v[i] /= norm;
        return v;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static double[] Numbers(Tensor t)
    {
        using var scope = NewDisposeScope();
        return t.detach().cpu().contiguous().data<double>().ToArray();
    }

    private static void Write(Tensor leaf, double[] numbers)
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        leaf.copy_(tensor(numbers, leaf.dtype, leaf.device).view(leaf.shape));
    }
}
