using Deq.Gradients;
using Deq.Regularization;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>
/// The spectral radius of J = df/dz at an equilibrium, the largest |eigenvalue|, per sample: below 1 the plain iteration converges there,
/// and how fast. What the Jacobian penalty holds down (JR figure 7).
/// </summary>
/// <remarks>
/// The power method on J^T, which has the eigenvalues of J, by vector-Jacobian products. A plain Rayleigh quotient is about 0 for a rotation, so
/// the estimate is the largest |eigenvalue| of the projection onto span{v, J^T v}, which is right for a complex pair too. It is taken once it rests and
/// its Ritz vector is one: J^T times it leaves the plane by no more than the root of the tolerance. Where many eigenvalues are of the largest size, as
/// a rotation's or a shift's, no plane is invariant, but ||J^T^k v|| grows by the same factor at every product: a factor that has been constant for 20
/// products is the radius. For samples that neither settles the last products span a Krylov space in which the largest |Ritz value| is taken (Arnoldi);
/// where its vector is none either, the estimate is the larger of it and of the mean growth over the second half, and
/// <see cref="SpectralRadiusEstimate.Settled"/> says so.
/// <para>
/// Cost: a product J^T v each, about as much as two evaluations of f, and a dozen operations on the state. 7 where one eigenvalue or pair stands
/// out at once, 22 for a multiple of a rotation, 65 to 120 for a transformer cell of 64 numbers a sample; where the largest eigenvalues lie close together,
/// as of transformer and convolution cells of ten thousand numbers, all that is allowed, and the Krylov space settles it. The batch goes on until its last
/// sample has settled. A Krylov space holds a fifth of the products, 30 at most, as vectors like the state.
/// </para>
/// </remarks>
public static class SpectralRadius
{
    /// <summary>Most vector-Jacobian products, unless given.</summary>
    public const int DefaultIterations = 200;

    /// <summary>Relative change of the estimate that counts as none, unless given.</summary>
    public const double DefaultTolerance = 1e-4;

    /// <summary>The spectral radius at a given point, one number per sample; <c>Max()</c> of them is the batch's.</summary>
    /// <param name="cell">f, from B x ... to the same shape; samples must not influence each other.</param>
    /// <param name="fixedPoint">z*, B x ....</param>
    /// <param name="iterations">Most vector-Jacobian products; at least 2.</param>
    /// <param name="tolerance">The relative change at which a sample's estimate is taken; positive.</param>
    /// <param name="seed">Of the first vector, which is the same for every sample and takes nothing from torch's generator.</param>
    public static double[] Of(Func<Tensor, Tensor> cell, Tensor fixedPoint, int iterations = DefaultIterations, double tolerance = DefaultTolerance, int seed = 0) =>
        [.. Estimate(cell, fixedPoint, iterations, tolerance, seed).Radii];

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
    public static double[] Of(IEquilibriumLayer layer, Action call, int iterations = DefaultIterations, double tolerance = DefaultTolerance, int seed = 0) =>
        [.. Estimate(layer, call, iterations, tolerance, seed).Radii];

    /// <summary>As <see cref="Of(Func{Tensor, Tensor}, Tensor, int, double, int)"/>, with which samples have settled and how many products it took.</summary>
    /// <inheritdoc cref="Of(Func{Tensor, Tensor}, Tensor, int, double, int)"/>
    public static SpectralRadiusEstimate Estimate(Func<Tensor, Tensor> cell, Tensor fixedPoint, int iterations = DefaultIterations, double tolerance = DefaultTolerance, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(fixedPoint);
        if (iterations < 2) throw new ArgumentOutOfRangeException(nameof(iterations), iterations, $"iterations is {iterations}; the projection needs at least 2 products.");
        Allowed.Positive(tolerance, nameof(tolerance));
        using var scope = NewDisposeScope();
        using var mode = enable_grad();
        return PowerMethod.Estimate(Tape.Record(cell, fixedPoint), iterations, tolerance, seed);
    }

    /// <summary>As <see cref="Of(IEquilibriumLayer, Action, int, double, int)"/>, with which samples have settled and how many products it took.</summary>
    /// <inheritdoc cref="Of(IEquilibriumLayer, Action, int, double, int)"/>
    public static SpectralRadiusEstimate Estimate(IEquilibriumLayer layer, Action call, int iterations = DefaultIterations, double tolerance = DefaultTolerance, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(call);
        SpectralRadiusEstimate? estimate = null;
        var before = layer.State.Solved;
        layer.State.Solved = (cell, point, _) => estimate = Estimate(cell, point, iterations, tolerance, seed);
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
        return estimate ?? throw new EquilibriumException($"{layer.State.Name}: the call did not call this layer. Call the layer itself in it.");
    }
}
