namespace Deq;

/// <summary>What a diagnosis tries. Immutable.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>The most evaluations that every forward solver, and products that every adjoint solver, is given; at least 1. Default 100.</summary>
    public int MaxEvaluations { get; init => field = Allowed.AtLeastOne(value, nameof(MaxEvaluations))!.Value; } = 100;

    /// <summary>The forward residual to be reached; positive. Default: the layer's own, as in training.</summary>
    public double? Tolerance { get; init => field = Allowed.Positive(value, nameof(Tolerance)); }

    /// <summary>The adjoint residual to be reached; positive. Default: the layer's own.</summary>
    public double? BackwardTolerance { get; init => field = Allowed.Positive(value, nameof(BackwardTolerance)); }

    /// <summary>Seeds what is drawn: probes, the adjoint's right-hand side. Torch's generator is left alone.</summary>
    public int Seed { get; init; }
}
