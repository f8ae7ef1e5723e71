using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>
/// The spectral radius of J = df/dz at an equilibrium, the largest |eigenvalue|, per sample: below 1 the plain iteration converges there,
/// and how fast. What the Jacobian penalty holds down (JR figure 7).
/// </summary>
/// <remarks>
/// The power method on J^T, which has the eigenvalues of J, by vector-Jacobian products. A plain Rayleigh quotient is about 0 for a rotation, so
/// the estimate is the largest |eigenvalue| of the projection onto span{v, J^T v}, which is right for a complex pair too. Where several pairs
/// are of nearly the largest size, as where two states feed each other alone (the eigenvalues then come as +-), no such plane holds them all: for
/// samples that have not settled the last products span a Krylov space in which the largest |Ritz value| is taken (Arnoldi). What iterations
/// leave is an estimate from what was reached.
/// </remarks>
public static class SpectralRadius
{
    /// <summary>Most vector-Jacobian products, unless given.</summary>
    public const int DefaultIterations = 200;

    /// <summary>Relative change of the estimate that counts as none, unless given.</summary>
    public const double DefaultTolerance = 1e-4;

    // The estimate must rest for so many products: it can pause on the way from one eigenvalue to another.
    private const int Rests = 5;

    // Of the iterations a fifth, for samples that the plane of two vectors does not settle.
    private const int KrylovShare = 5, LargestKrylov = 30, SmallestKrylov = 4;

    /// <summary>The spectral radius at a given point, one number per sample; <c>Max()</c> of them is the batch's.</summary>
    /// <param name="cell">f, from B x ... to the same shape; samples must not influence each other.</param>
    /// <param name="fixedPoint">z*, B x ....</param>
    /// <param name="iterations">Most vector-Jacobian products; at least 2.</param>
    /// <param name="tolerance">The relative change at which a sample's estimate is taken; positive.</param>
    /// <param name="seed">Of the first vector, which is the same for every sample and takes nothing from torch's generator.</param>
    public static double[] Of(Func<Tensor, Tensor> cell, Tensor fixedPoint, int iterations = DefaultIterations, double tolerance = DefaultTolerance, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(fixedPoint);
        if (iterations < 2) throw new ArgumentOutOfRangeException(nameof(iterations), iterations, $"iterations is {iterations}; the projection needs at least 2 products.");
        Allowed.Positive(tolerance, nameof(tolerance));
        using var scope = NewDisposeScope();
        using var mode = enable_grad();
        return Of(Tape.Record(cell, fixedPoint), iterations, tolerance, seed);
    }

    /// <summary>The spectral radius of a layer's cell where a call of it ends up, at z* or a reversible layer's z_N, one number per sample.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="call">Calls the layer, once: <c>() =&gt; layer.call(x)</c>.</param>
    /// <param name="iterations">Most vector-Jacobian products; at least 2.</param>
    /// <param name="tolerance">The relative change at which a sample's estimate is taken; positive.</param>
    /// <param name="seed">Of the first vector.</param>
    /// <exception cref="EquilibriumException">The call did not call this layer.</exception>
    /// <example>
    /// <code>
    /// var rho = SpectralRadius.Of(layer, () => layer.call(x)).Max();
    /// </code>
    /// </example>
    public static double[] Of(IEquilibriumLayer layer, Action call, int iterations = DefaultIterations, double tolerance = DefaultTolerance, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(call);
        double[]? radii = null;
        var before = layer.State.Solved;
        layer.State.Solved = (cell, point, _) => radii = Of(cell, point, iterations, tolerance, seed);
        try
        {
            using var scope = NewDisposeScope();
            using var untaped = no_grad();
            call();
        }
        finally
        {
            layer.State.Solved = before;
        }
        return radii ?? throw new EquilibriumException($"{layer.State.Name}: the call did not call this layer. Call the layer itself in it.");
    }

    internal static double[] Of(Tape tape, int iterations, double tolerance, int seed)
    {
        long batch = tape.State.shape[0], size = batch == 0 ? 0 : tape.State.numel() / batch;
        var estimates = new double[batch];
        if (batch == 0 || size == 0) return estimates;
        var rests = new int[batch];
        var random = new Random(seed);
        var first = new double[size];
        for (var i = 0; i < size; i++) first[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var shape = tape.State.shape;
        Tensor Product(Tensor rows) => tape.TransposedJacobianTimes(rows.reshape(shape)).reshape(batch, size);

        var parallel = tape.State.dtype == ScalarType.Float64 ? 1e-8 : 1e-3;
        var v = Unit(tensor(first, tape.State.dtype, tape.State.device).unsqueeze(0).expand(batch, size), out _);
        var w = Product(v);
        var krylov = Math.Min(LargestKrylov, iterations / KrylovShare);
        if (krylov < SmallestKrylov) krylov = 0;
        for (var k = 1; k < iterations - krylov && rests.Any(r => r < Rests); k++)
        {
            using var step = NewDisposeScope();
            var unit = Unit(w, out var length);
            var image = Product(unit);
            // A v = length unit and A unit = image, in the basis v, q with unit = along v + across q.
            var along = v.mul(unit).sum(1, true);
            var rest = unit - v * along;
            var q = Unit(rest, out var across);
            var numbers = cat([length, along, across, v.mul(image).sum(1, true), q.mul(image).sum(1, true)], 1)
                .to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
            for (var b = 0; b < batch; b++)
            {
                if (rests[b] >= Rests) continue;
                var n = numbers.AsSpan(b * 5, 5);
                var now = Largest(n[0], n[1], n[2], n[3], n[4], parallel);
                rests[b] = Math.Abs(now - estimates[b]) <= tolerance * Math.Abs(now) ? rests[b] + 1 : 0;
                estimates[b] = now;
            }
            (v, w) = (unit.MoveToOuterDisposeScope(), image.MoveToOuterDisposeScope());
        }
        if (krylov == 0 || rests.All(r => r >= Rests)) return estimates;
        var ritz = LargestRitzValues(Product, v, (int)Math.Min(krylov, size));
        for (var b = 0; b < batch; b++)
            if (rests[b] < Rests && double.IsFinite(ritz[b])) estimates[b] = ritz[b];
        return estimates;
    }

    /// <summary>The largest |Ritz value| of every sample in the Krylov space of a vector.</summary>
    private static double[] LargestRitzValues(Func<Tensor, Tensor> product, Tensor first, int dimension)
    {
        var batch = first.shape[0];
        var basis = new VectorHistory(first, dimension);
        basis.Next().copy_(Unit(first, out _));
        var h = zeros(batch, dimension, dimension, ScalarType.Float64);
        for (var j = 0; j < dimension; j++)
        {
            using var step = NewDisposeScope();
            var w = product(basis[j]);
            // Twice: one pass alone loses orthogonality.
            var along = basis.Dots(w.unsqueeze(1));
            w = w - basis.Combine(along);
            var again = basis.Dots(w.unsqueeze(1));
            w = w - basis.Combine(again);
            h.select(2, j).narrow(1, 0, j + 1).copy_((along + again).squeeze(1).to(ScalarType.Float64));
            if (j + 1 == dimension) break;
            // Where the space is invariant what is left is rounding: the rest of the basis is zero, and adds zeros to the spectrum.
            var unit = Unit(w, out var below);
            var size = linalg.vector_norm(along, 2, [2]);
            var exhausted = below <= size * (first.dtype == ScalarType.Float64 ? 1e-12 : 1e-5);
            basis.Next().copy_(where(exhausted, zeros_like(unit), unit));
            h.select(2, j).select(1, j + 1).copy_(where(exhausted, zeros_like(below), below).squeeze(1).to(ScalarType.Float64));
        }
        var largest = new double[batch];
        for (var b = 0; b < batch; b++)
        {
            using var sample = h[b];
            // LAPACK refuses what is not finite.
            largest[b] = sample.isfinite().all().item<bool>() ? linalg.eigvals(sample).abs().max().item<double>() : double.NaN;
        }
        return largest;
    }

    /// <summary>The largest |eigenvalue| of the 2 x 2 projection, from A v = length (along v + across q) and the parts of A unit on v and q.</summary>
    private static double Largest(double length, double along, double across, double imageOnV, double imageOnQ, double parallel)
    {
        if (across <= parallel) return Math.Abs(length * along);
        double a = length * along, c = length * across;
        // A q = (A unit - along A v)/across.
        double b = (imageOnV - along * a) / across, d = (imageOnQ - along * c) / across;
        double half = (a + d) / 2, determinant = a * d - b * c, discriminant = half * half - determinant;
        return discriminant < 0 ? Math.Sqrt(determinant) : Math.Abs(half) + Math.Sqrt(discriminant);
    }

    private static Tensor Unit(Tensor rows, out Tensor norm)
    {
        norm = linalg.vector_norm(rows, 2, [1], true);
        return rows / where(norm > 0, norm, ones_like(norm));
    }
}
