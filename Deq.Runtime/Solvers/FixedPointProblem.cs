using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// The map z -> f(z) of one solve, on B x D rows. Every evaluation is counted, has a dispose scope of its own, and is checked for the shape,
/// type and device that it was given.
/// </summary>
public sealed class FixedPointProblem
{
    private readonly Func<Tensor, Tensor> f;
    private readonly long[] shape;
    private readonly ScalarType type;
    private readonly string subject;

    internal FixedPointProblem(Func<Tensor, Tensor> f, long[] shape, ScalarType type, SolveSettings settings, SampleProgress? inverseFor = null)
    {
        (this.f, this.shape, this.type, InverseFor) = (f, shape, type, inverseFor);
        (subject, MaxEvaluations) = (settings.Subject, settings.MaxEvaluations);
    }

    /// <summary>Evaluations so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Most evaluations that the solve may make.</summary>
    public int MaxEvaluations { get; }

    /// <summary>Evaluations that may still be made.</summary>
    public int Remaining => MaxEvaluations - Evaluations;

    /// <summary>
    /// Per sample, B x 1, what rows are divided by: the problem solved is z/s = f(z)/s, of the same Jacobian. Null for one. Powers of two, so that
    /// no digit changes.
    /// </summary>
    internal Tensor? Scale { get; set; }

    /// <summary>Where the inverse that the method builds is wanted afterwards, the samples' progress: a sample's inverse is that at its end.</summary>
    internal SampleProgress? InverseFor { get; }

    /// <summary>f recorded at given rows, for products with its Jacobian there; no evaluation of those that are counted. Null where autograd knows none.</summary>
    internal Linearization? Linearize(Tensor rows) => Linearization.At(f, Scaled(rows).to(type).view(shape), subject);

    /// <summary>J v, B x D.</summary>
    internal Tensor Times(Linearization linear, Tensor rows) => linear.Times(rows.to(type).view(shape), subject).reshape(rows.shape).to(rows.dtype);

    /// <summary>f(z), B x D, in the caller's dispose scope.</summary>
    /// <param name="rows">z, B x D.</param>
    public Tensor Evaluate(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Evaluations++;
        using var scope = NewDisposeScope();
        var value = f(Scaled(rows).to(type).view(shape)) ?? throw new EquilibriumException($"{subject}: the cell returned null.");
        StateLayout.RequireSame(value, shape, type, rows.device, subject);
        value = value.reshape(rows.shape).to(rows.dtype);
        return (Scale is null ? value : value / Scale).MoveToOuterDisposeScope();
    }

    private Tensor Scaled(Tensor rows) => Scale is null ? rows : rows * Scale;
}
