using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// What a solver has learnt in one solve. Per evaluation the loop calls <see cref="Measure"/>, copies the numbers to the host (one small
/// transfer), decides whether to stop, and else calls <see cref="Next"/>.
/// </summary>
/// <remarks>
/// Vectors stay in torch; the small algebra (Gram matrices, mixing weights) is done in managed doubles. Every sample is on its own: no
/// row may influence another.
/// </remarks>
public abstract class SolverState : IDisposable
{
    /// <summary>
    /// Whether <see cref="Next"/> uses its numbers; by default it does. Where it does not, nothing is read between two checks
    /// (<see cref="EquilibriumOptions.CheckEvery"/>), and numbers that were not read throw when they are looked at.
    /// </summary>
    public virtual bool NeedsNumbers => true;

    /// <summary>The numbers that this evaluation must tell, B x (2 + n): ||f(z) - z||^2, ||f(z)||^2, then the solver's own.</summary>
    /// <param name="z">The iterate, B x D.</param>
    /// <param name="image">f(z), B x D.</param>
    public abstract Tensor Measure(Tensor z, Tensor image);

    /// <summary>
    /// The numbers of <see cref="Measure"/> where they need no tensor: on the host at once. Null, which it is by default: they come by <see cref="Measure"/>. A state gives
    /// the same answer throughout a solve.
    /// </summary>
    internal virtual Measurements? MeasureOnHost(Tensor z, Tensor image) => null;

    /// <summary>The next iterate, B x D, a tensor of its own: neither z nor image, nor changed later.</summary>
    /// <param name="z">The iterate, B x D.</param>
    /// <param name="image">f(z), B x D.</param>
    /// <param name="numbers">What <see cref="Measure"/> asked for.</param>
    public abstract Tensor Next(Tensor z, Tensor image, Measurements numbers);

    /// <summary>Gives back what the solve held.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The sum of squares of every row, B x 1.</summary>
    /// <param name="rows">B x D.</param>
    protected static Tensor Squares(Tensor rows) => linalg.vector_norm(rows, 2, [1], true).square();
}
