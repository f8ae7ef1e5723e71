namespace Deq;

/// <summary>The defaults, each in one place: attributes, options and the generator read them here.</summary>
public static class EquilibriumDefaults
{
    /// <summary>The forward solver.</summary>
    public const string Solver = "anderson";

    /// <summary>Most evaluations of f in a forward solve.</summary>
    public const int MaxEvaluations = 30;

    /// <summary>Forward residual per sample at which a solve ends.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Most vector-Jacobian products in an adjoint solve.</summary>
    public const int BackwardMaxEvaluations = 30;

    /// <summary>Adjoint residual per sample at which a solve ends.</summary>
    public const double BackwardTolerance = 1e-4;

    /// <summary>How residuals are measured.</summary>
    public const StopMode StopMode = Deq.StopMode.Relative;

    /// <summary>Anderson's window.</summary>
    public const int Memory = 6;

    /// <summary>The share of f(z) in the next iterate; of Broyden, that of the quasi-Newton step.</summary>
    public const double Damping = 1;

    /// <summary>How an equilibrium is differentiated.</summary>
    public const GradientMode Gradient = GradientMode.Implicit;

    /// <summary>Steps of a phantom or Neumann gradient.</summary>
    public const int GradientSteps = 5;

    /// <summary>Damping of a phantom or Neumann gradient.</summary>
    public const double GradientDamping = 0.5;

    /// <summary>Vector-Jacobian products that refine a SHINE gradient.</summary>
    public const int GradientRefinement = 0;

    /// <summary>Evaluations between two reads of the residuals on the CPU.</summary>
    public const int CheckEvery = 1;

    /// <summary>Evaluations between two reads of the residuals on a GPU, where each read waits for the device.</summary>
    public const int CheckEveryOnGpu = 4;

    /// <summary>Steps of a reversible layer.</summary>
    public const int ReversibleSteps = 8;

    /// <summary>Probability that a call in training draws the Jacobian penalty.</summary>
    public const double JacobianFrequency = 1;

    /// <summary>Gaussian probes per drawn Jacobian penalty.</summary>
    public const int JacobianProbes = 1;

    /// <summary>Weight of an attached Jacobian penalty in the loss.</summary>
    public const double PenaltyWeight = 1;

    /// <summary>w of the weights w^(n-i) of losses on intermediate states.</summary>
    public const double CorrectionDecay = 0.8;

    /// <summary>What becomes of a solve that fails.</summary>
    public const OnFailure OnFailure = Deq.OnFailure.ThrowIfNotFinite;
}
