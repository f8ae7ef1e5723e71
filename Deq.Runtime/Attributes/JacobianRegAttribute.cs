namespace Deq;

/// <summary>
/// Jacobian regularisation (Bai, Koltun, Kolter 2021, eq. 4): in training, with probability <see cref="Frequency"/> per call, the layer
/// draws the penalty gamma/(M d) sum_m ||eps_m^T J(z*)||^2, the Hutchinson estimate of ||J||_F^2 with M = <see cref="Probes"/>
/// Gaussian probes, d the number of elements of a sample's states, averaged over the batch.
/// </summary>
/// <param name="gamma">The weight; not negative, finite.</param>
/// <remarks>
/// The penalty is a term that the user adds: <c>loss + model.JacobianPenalty()</c>; or, with <see cref="Attach"/>, its gradient rides along
/// with the value's.
/// </remarks>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// [JacobianReg(gamma: 2.0, Frequency = 0.35)]
/// </code>
/// What is emitted: one line of <c>Solve</c>, <c>var penalty = call.JacobianPenalty(tape);</c>.
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class JacobianRegAttribute(double gamma) : Attribute
{
    /// <summary>The weight of the penalty.</summary>
    public double Gamma { get; } = gamma;

    /// <summary>Probability that a call in training draws the penalty, in [0, 1]. Default <see cref="EquilibriumDefaults.JacobianFrequency"/>.</summary>
    public double Frequency { get; set; } = EquilibriumDefaults.JacobianFrequency;

    /// <summary>Gaussian probes per drawn penalty, at least 1. Default <see cref="EquilibriumDefaults.JacobianProbes"/>.</summary>
    public int Probes { get; set; } = EquilibriumDefaults.JacobianProbes;

    /// <summary>
    /// Whether the penalty's gradient rides along with the value's, once per forward and with the weight
    /// <see cref="EquilibriumOptions.PenaltyWeight"/>, so that nothing need be added to the loss. Default: not.
    /// </summary>
    public bool Attach { get; set; }

    /// <summary>
    /// Whether the penalty is differentiated through z* as well: dP/dz* joins the right-hand side of the adjoint problem, for the exact total
    /// gradient. Default: z* is a constant in it, as in the authors' code.
    /// </summary>
    public bool ThroughState { get; set; }
}
