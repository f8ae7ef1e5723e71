using Deq.Gradients;
using Deq.Reversible;
using Deq.Solvers;
using TorchSharp;

namespace Deq;

/// <summary>
/// How an equilibrium is solved, differentiated and regularised. Immutable; what is null is decided a level below: the options of a
/// call go over <c>layer.Options</c>, those over the layer's attributes, those over <see cref="EquilibriumDefaults"/>.
/// </summary>
/// <example>
/// <code>
/// layer.Options = layer.Options with { MaxEvaluations = 12, Solver = new Broyden() };
/// var result = layer.Solve(x, options: new() { Tolerance = 1e-6 });
/// </code>
/// </example>
public sealed partial record EquilibriumOptions
{
    /// <summary>Options that decide nothing.</summary>
    public static EquilibriumOptions Default { get; } = new();

    /// <summary>The forward solver. Default: <see cref="Anderson"/>.</summary>
    public FixedPointSolver? Solver { get; init; }

    /// <summary>Most evaluations of f in a forward solve, f(z_0) included; at least 1. Default <see cref="EquilibriumDefaults.MaxEvaluations"/>.</summary>
    public int? MaxEvaluations { get; init => field = Allowed.AtLeastOne(value, nameof(MaxEvaluations)); }

    /// <summary>Forward residual per sample at which a solve ends; positive. Default <see cref="EquilibriumDefaults.Tolerance"/>.</summary>
    public double? Tolerance { get; init => field = Allowed.Positive(value, nameof(Tolerance)); }

    /// <summary>How the forward residual is measured. Default <see cref="EquilibriumDefaults.StopMode"/>.</summary>
    public StopMode? StopMode { get; init; }

    /// <summary>The forward limit in eval mode; at least 1. Default: that of training.</summary>
    public int? InferenceMaxEvaluations { get; init => field = Allowed.AtLeastOne(value, nameof(InferenceMaxEvaluations)); }

    /// <summary>The forward tolerance in eval mode; positive. Default: that of training.</summary>
    public double? InferenceTolerance { get; init => field = Allowed.Positive(value, nameof(InferenceTolerance)); }

    /// <summary>
    /// Residuals are read back and checked every so many evaluations; at least 1. Default <see cref="EquilibriumDefaults.CheckEvery"/>, on a GPU
    /// <see cref="EquilibriumDefaults.CheckEveryOnGpu"/>. For the forward and the adjoint solve.
    /// </summary>
    /// <remarks>
    /// Picard then reads nothing in between. What a check finds is what reading every evaluation would have found: values, residuals, outcomes
    /// and each sample's evaluations are the same to the bit; up to k - 1 evaluations more are made, and up to k iterates are held between
    /// two checks. An observer hears of k evaluations at once. The other methods decide on the host at each evaluation, which reads the
    /// residuals along: they check each, whatever this says, and where no solver of a layer is another one that is said once.
    /// </remarks>
    public int? CheckEvery { get; init => field = Allowed.AtLeastOne(value, nameof(CheckEvery)); }

    /// <summary>
    /// The solver of the adjoint problem u = J^T u + dL/dz*. Default: the forward solver. It and its limit, tolerance and stop mode are for gradients that solve one:
    /// <see cref="GradientMode.Implicit"/>, and <see cref="GradientMode.Shine"/> with a <see cref="GradientRefinement"/>; a call of another one refuses them.
    /// </summary>
    public Solver? BackwardSolver { get; init; }

    /// <summary>Most vector-Jacobian products in an adjoint solve; at least 1. Default <see cref="EquilibriumDefaults.BackwardMaxEvaluations"/>.</summary>
    public int? BackwardMaxEvaluations { get; init => field = Allowed.AtLeastOne(value, nameof(BackwardMaxEvaluations)); }

    /// <summary>Adjoint residual per sample at which the solve ends; positive. Default <see cref="EquilibriumDefaults.BackwardTolerance"/>.</summary>
    public double? BackwardTolerance { get; init => field = Allowed.Positive(value, nameof(BackwardTolerance)); }

    /// <summary>How the adjoint residual is measured. Default <see cref="EquilibriumDefaults.StopMode"/>.</summary>
    public StopMode? BackwardStopMode { get; init; }

    /// <summary>How the equilibrium is differentiated. Default <see cref="EquilibriumDefaults.Gradient"/>.</summary>
    public GradientMode? Gradient { get; init; }

    /// <summary>k of a phantom or Neumann gradient; at least 1. Default <see cref="EquilibriumDefaults.GradientSteps"/>.</summary>
    public int? GradientSteps { get; init => field = Allowed.AtLeastOne(value, nameof(GradientSteps)); }

    /// <summary>t of a phantom or Neumann gradient, in (0, 1]. Default <see cref="EquilibriumDefaults.GradientDamping"/>.</summary>
    public double? GradientDamping { get; init => field = value is { } t ? Allowed.Damping(t) : null; }

    /// <summary>
    /// Most products of the adjoint solve that refines a SHINE gradient; not negative, 0 for none. It starts at u = -H^T dL/dz*, with the
    /// backward solver and tolerance. Default <see cref="EquilibriumDefaults.GradientRefinement"/>.
    /// </summary>
    public int? GradientRefinement { get; init => field = Allowed.NotNegative(value, nameof(GradientRefinement)); }

    /// <summary>A reversible layer's b, in (0, 2) and not 1.</summary>
    public double? Beta { get; init => field = Allowed.Beta(value, nameof(Beta)); }

    /// <summary>A reversible layer's steps N, two evaluations each; at least 1. Default <see cref="EquilibriumDefaults.ReversibleSteps"/>.</summary>
    public int? Steps { get; init => field = Allowed.AtLeastOne(value, nameof(Steps)); }

    /// <summary>A reversible layer keeps a pair (y, z) every so many steps; 0 keeps none. Default: by b and the types, so that a gradient in float64 keeps nine digits and one in float32 all of its own.</summary>
    public int? KeepEvery { get; init => field = Allowed.NotNegative(value, nameof(KeepEvery)); }

    /// <summary>The type in which a reversible layer keeps its state, one of floating point. Default: float64, whatever f computes in.</summary>
    public torch.ScalarType? StateType { get; init => field = Allowed.FloatingPoint(value, nameof(StateType)); }

    /// <summary>What becomes of a solve in which a sample fails. Default <see cref="EquilibriumDefaults.OnFailure"/>.</summary>
    public OnFailure? OnFailure { get; init; }

    /// <summary>Who watches the forward and the adjoint solves; null for nobody. Of a reversible layer it hears each step as an evaluation, and an end; its backward pass solves nothing.</summary>
    public ISolveObserver? Observer { get; init; }

    /// <summary>These options, with <paramref name="below"/> where they decide nothing.</summary>
    /// <param name="below">The options of the level below.</param>
    public EquilibriumOptions Over(EquilibriumOptions below)
    {
        ArgumentNullException.ThrowIfNull(below);
        return new()
        {
            Solver = Solver ?? below.Solver,
            MaxEvaluations = MaxEvaluations ?? below.MaxEvaluations,
            Tolerance = Tolerance ?? below.Tolerance,
            StopMode = StopMode ?? below.StopMode,
            // A limit of a higher level is meant for eval mode too, unless that level says otherwise.
            InferenceMaxEvaluations = InferenceMaxEvaluations ?? MaxEvaluations ?? below.InferenceMaxEvaluations,
            InferenceTolerance = InferenceTolerance ?? Tolerance ?? below.InferenceTolerance,
            CheckEvery = CheckEvery ?? below.CheckEvery,
            BackwardSolver = BackwardSolver ?? below.BackwardSolver,
            BackwardMaxEvaluations = BackwardMaxEvaluations ?? below.BackwardMaxEvaluations,
            BackwardTolerance = BackwardTolerance ?? below.BackwardTolerance,
            BackwardStopMode = BackwardStopMode ?? below.BackwardStopMode,
            Gradient = Gradient ?? below.Gradient,
            GradientSteps = GradientSteps ?? below.GradientSteps,
            GradientDamping = GradientDamping ?? below.GradientDamping,
            GradientRefinement = GradientRefinement ?? below.GradientRefinement,
            JacobianGamma = JacobianGamma ?? below.JacobianGamma,
            JacobianFrequency = JacobianFrequency ?? below.JacobianFrequency,
            JacobianProbes = JacobianProbes ?? below.JacobianProbes,
            // A number of a higher level goes over the schedule of a lower one.
            JacobianGammaSchedule = JacobianGammaSchedule ?? (JacobianGamma is null ? below.JacobianGammaSchedule : null),
            JacobianFrequencySchedule = JacobianFrequencySchedule ?? (JacobianFrequency is null ? below.JacobianFrequencySchedule : null),
            JacobianStartAt = JacobianStartAt ?? below.JacobianStartAt,
            JacobianSeed = JacobianSeed ?? below.JacobianSeed,
            JacobianAttach = JacobianAttach ?? below.JacobianAttach,
            PenaltyWeight = PenaltyWeight ?? below.PenaltyWeight,
            JacobianThroughState = JacobianThroughState ?? below.JacobianThroughState,
            CorrectionStates = CorrectionStates ?? below.CorrectionStates,
            CorrectionDecay = CorrectionDecay ?? below.CorrectionDecay,
            Beta = Beta ?? below.Beta,
            Steps = Steps ?? below.Steps,
            KeepEvery = KeepEvery ?? below.KeepEvery,
            StateType = StateType ?? below.StateType,
            OnFailure = OnFailure ?? below.OnFailure,
            Observer = Observer ?? below.Observer,
        };
    }

    /// <param name="layer">Whose iteration it is.</param>
    /// <param name="cell">The type of f.</param>
    internal ReversibleSettings Reversible(string layer, torch.ScalarType cell)
    {
        var beta = Beta ?? throw new EquilibriumException($"{layer}: a reversible iteration needs a Beta, in (0, 2) and not 1; the authors use 0.5 to 0.8.");
        var state = StateType ?? torch.ScalarType.Float64;
        return new(layer, beta, Steps ?? EquilibriumDefaults.ReversibleSteps, Tolerance, state,
            KeepEvery ?? ReversibleSettings.DefaultKeepEvery(beta, state, cell), OnFailure ?? EquilibriumDefaults.OnFailure, Observer);
    }

    internal GradientSettings Differentiation => new(
        Gradient ?? EquilibriumDefaults.Gradient,
        GradientSteps ?? EquilibriumDefaults.GradientSteps,
        GradientDamping ?? EquilibriumDefaults.GradientDamping,
        GradientRefinement ?? EquilibriumDefaults.GradientRefinement);

    internal SolveSettings Forward(string subject, bool training) => new(
        subject,
        Solver ?? new Anderson(),
        training ? MaxEvaluations ?? EquilibriumDefaults.MaxEvaluations
            : InferenceMaxEvaluations ?? MaxEvaluations ?? EquilibriumDefaults.MaxEvaluations,
        training ? Tolerance ?? EquilibriumDefaults.Tolerance
            : InferenceTolerance ?? Tolerance ?? EquilibriumDefaults.Tolerance,
        StopMode ?? EquilibriumDefaults.StopMode,
        OnFailure ?? EquilibriumDefaults.OnFailure,
        Observer,
        CheckEvery);

    internal SolveSettings Backward(string subject) => new(
        subject,
        BackwardSolver ?? Solver ?? new Anderson(),
        BackwardMaxEvaluations ?? EquilibriumDefaults.BackwardMaxEvaluations,
        BackwardTolerance ?? EquilibriumDefaults.BackwardTolerance,
        BackwardStopMode ?? EquilibriumDefaults.StopMode,
        OnFailure ?? EquilibriumDefaults.OnFailure,
        Observer,
        CheckEvery);
}
