using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Regularization;

/// <summary>The power method behind <see cref="SpectralRadius"/>.</summary>
internal static class PowerMethod
{
    // Of the iterations a fifth, for samples that the plane of two vectors does not settle.
    private const int KrylovShare = 5, LargestKrylov = 30, SmallestKrylov = 4;

    public static SpectralRadiusEstimate Estimate(Tape tape, int iterations, double tolerance, int seed)
    {
        long batch = tape.State.shape[0], size = batch == 0 ? 0 : tape.State.numel() / batch;
        if (batch == 0 || size == 0) return new(new double[batch], [.. Enumerable.Repeat(true, (int)batch)], 0);
        var (type, shape, products) = (tape.State.dtype, tape.State.shape, 0);
        Tensor Product(Tensor rows)
        {
            products++;
            return tape.TransposedJacobianTimes(rows.reshape(shape).to(type)).reshape(batch, size).to(rows.dtype);
        }

        var samples = Enumerable.Range(0, (int)batch).Select(_ => new PowerMethodSample(tolerance, type)).ToArray();
        var v = Unit(tensor(Normal(size, seed), WorkingType.Of(type), tape.State.device).unsqueeze(0).expand(batch, size), out _);
        var w = Product(v);
        var krylov = Math.Min(LargestKrylov, iterations / KrylovShare);
        if (krylov < SmallestKrylov) krylov = 0;
        for (var k = 1; k < iterations - krylov && samples.Any(s => !s.Ended); k++)
        {
            using var step = NewDisposeScope();
            var unit = Unit(w, out var length);
            var image = Product(unit);
            // A v = length unit and A unit = image, in the basis v, q with unit = along v + across q.
            var along = v.mul(unit).sum(1, true);
            var q = Unit(unit - v * along, out var across);
            Tensor onV = v.mul(image).sum(1, true), onQ = q.mul(image).sum(1, true);
            var outside = linalg.vector_norm(image - v * onV - q * onQ, 2, [1], true);
            var numbers = Measurements.Read(cat([length, along, across, onV, onQ, outside], 1));
            for (var b = 0; b < batch; b++)
                if (!samples[b].Ended) samples[b].Take(new(numbers[b, 0], numbers[b, 1], numbers[b, 2], numbers[b, 3], numbers[b, 4], numbers[b, 5]));
            (v, w) = (unit.MoveToOuterDisposeScope(), image.MoveToOuterDisposeScope());
        }
        if (samples.Any(s => !s.Ended))
        {
            var ritz = krylov == 0 ? null : RitzValues(Product, v, (int)Math.Min(krylov, size));
            for (var b = 0; b < batch; b++)
                if (!samples[b].Ended) samples[b].End(ritz?[b]);
        }
        return new([.. samples.Select(s => s.Radius)], [.. samples.Select(s => s.Settled)], products);
    }

    /// <summary>The largest |Ritz value| of every sample in the Krylov space of a vector, and the residual of its unit vector.</summary>
    private static (double Value, double Residual)[] RitzValues(Func<Tensor, Tensor> product, Tensor first, int dimension)
    {
        var batch = first.shape[0];
        var basis = new VectorHistory(first, dimension);
        basis.Next().copy_(Unit(first, out _));
        var h = zeros(batch, dimension + 1, dimension, ScalarType.Float64);
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
            // Where the space is invariant what is left is rounding: the rest of the basis is zero, and adds zeros to the spectrum.
            var unit = Unit(w, out var below);
            var exhausted = below <= linalg.vector_norm(along, 2, [2]) * (first.dtype == ScalarType.Float64 ? 1e-12 : 1e-5);
            if (j + 1 < dimension) basis.Next().copy_(where(exhausted, zeros_like(unit), unit));
            h.select(2, j).select(1, j + 1).copy_(where(exhausted, zeros_like(below), below).squeeze(1).to(ScalarType.Float64));
        }
        var largest = new (double, double)[batch];
        for (var b = 0; b < batch; b++)
        {
            using var scope = NewDisposeScope();
            var square = h[b].narrow(0, 0, dimension);
            // LAPACK refuses what is not finite.
            if (!square.isfinite().all().item<bool>())
            {
                largest[b] = (double.NaN, double.NaN);
                continue;
            }
            var (values, vectors) = linalg.eig(square);
            var sizes = values.abs();
            var at = sizes.argmax().item<long>();
            // ||A V y - theta V y|| = h_{m+1,m} |y_m|.
            largest[b] = (sizes[at].item<double>(), h[b, dimension, dimension - 1].item<double>() * vectors[dimension - 1, at].abs().item<double>());
        }
        return largest;
    }

    private static double[] Normal(long size, int seed)
    {
        var random = new Random(seed);
        var numbers = new double[size];
        for (var i = 0; i < size; i++) numbers[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return numbers;
    }

    private static Tensor Unit(Tensor rows, out Tensor norm)
    {
        norm = linalg.vector_norm(rows, 2, [1], true);
        return rows / where(norm > 0, norm, ones_like(norm));
    }
}
