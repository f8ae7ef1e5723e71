using Deq.Regularization;

namespace Deq;

public sealed partial record EquilibriumOptions
{
    /// <summary>
    /// Weight of the Jacobian penalty; finite, not negative. Null or 0: none is drawn. A layer must declare <c>[JacobianReg]</c> for it; <c>Equilibrium.Solve</c> needs nothing more.
    /// </summary>
    public double? JacobianGamma { get; init => field = Allowed.FiniteNotNegative(value, nameof(JacobianGamma)); }

    /// <summary>Probability that a call in training draws the penalty, in [0, 1]. Default <see cref="EquilibriumDefaults.JacobianFrequency"/>.</summary>
    public double? JacobianFrequency { get; init => field = Allowed.Probability(value, nameof(JacobianFrequency)); }

    /// <summary>Gaussian probes per drawn penalty; at least 1. Default <see cref="EquilibriumDefaults.JacobianProbes"/>.</summary>
    public int? JacobianProbes { get; init => field = Allowed.AtLeastOne(value, nameof(JacobianProbes)); }

    /// <summary>
    /// Gamma over training, in the place of <see cref="JacobianGamma"/>; a gamma of a higher level goes over it. Counted in training calls of
    /// the layer.
    /// </summary>
    public Schedule? JacobianGammaSchedule { get; init => field = Schedule.Within(value, 0, double.MaxValue, nameof(JacobianGammaSchedule)); }

    /// <summary>The frequency over training, in the place of <see cref="JacobianFrequency"/>; a frequency of a higher level goes over it.</summary>
    public Schedule? JacobianFrequencySchedule { get; init => field = Schedule.Within(value, 0, 1, nameof(JacobianFrequencySchedule)); }

    /// <summary>
    /// Training calls of the layer that schedules and seed take for made before the first; not negative. The count is kept in no checkpoint:
    /// give it to a run that goes on. Default 0. <c>Equilibrium.Solve</c>, which keeps nothing between calls, makes every call the one given here.
    /// </summary>
    public int? JacobianStartAt { get; init => field = Allowed.NotNegative(value, nameof(JacobianStartAt)); }

    /// <summary>
    /// Seeds the probes and whether a call draws the penalty: call number n of the layer has the same ones whenever it is run, and torch's own
    /// generators are left alone. Default: the draws are torch's, which <c>manual_seed</c> repeats.
    /// </summary>
    public long? JacobianSeed { get; init; }

    /// <summary>
    /// Whether the penalty's gradient rides along with the value's, once per forward, so that nothing need be added to the loss. Default:
    /// the user adds <c>model.JacobianPenalty()</c>.
    /// </summary>
    public bool? JacobianAttach { get; init; }

    /// <summary>
    /// The weight of an attached penalty in the loss, where the loss is scaled or averaged over accumulated batches; finite, not negative.
    /// Default <see cref="EquilibriumDefaults.PenaltyWeight"/>.
    /// </summary>
    public double? PenaltyWeight { get; init => field = Allowed.FiniteNotNegative(value, nameof(PenaltyWeight)); }

    /// <summary>
    /// Whether the penalty is differentiated through z* as well: dP/dz* joins the right-hand side of the adjoint problem, for the exact total
    /// gradient. Default: z* is a constant in it, as in the authors' code.
    /// </summary>
    public bool? JacobianThroughState { get; init; }

    /// <summary>
    /// Intermediate states of the solve, evenly spread over each sample's evaluations, that a training call records for losses of their own;
    /// not negative. A layer must declare <c>[FixedPointCorrection]</c> for them; <c>Equilibrium.Solve</c> needs nothing more. Default 0.
    /// </summary>
    public int? CorrectionStates { get; init => field = Allowed.NotNegative(value, nameof(CorrectionStates)); }

    /// <summary>w of the weights w^(n-i) of the losses on intermediate states, in (0, 1]. Default <see cref="EquilibriumDefaults.CorrectionDecay"/>.</summary>
    public double? CorrectionDecay { get; init => field = Allowed.Decay(value, nameof(CorrectionDecay)); }
}
