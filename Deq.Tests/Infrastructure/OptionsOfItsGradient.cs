namespace Deq.Tests.Infrastructure;

/// <summary>One record of settings for tests that go through all gradients.</summary>
internal static class OptionsOfItsGradient
{
    /// <summary>The options without those that their gradient would refuse or speak of.</summary>
    public static EquilibriumOptions ForItsGradient(this EquilibriumOptions options)
    {
        var mode = options.Gradient ?? GradientMode.Implicit;
        if (mode is not (GradientMode.Phantom or GradientMode.Neumann)) options = options with { GradientSteps = null, GradientDamping = null };
        if (mode != GradientMode.Shine) options = options with { GradientRefinement = null };
        if (mode != GradientMode.Implicit) options = options with { BackwardMaxEvaluations = null };
        return mode == GradientMode.Implicit || options.GradientRefinement > 0
            ? options
            : options with { BackwardSolver = null, BackwardTolerance = null, BackwardStopMode = null };
    }
}
