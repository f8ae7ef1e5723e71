using Deq.Gradients;

namespace Deq;

/// <content>Which options a kind of call, a gradient or a penalty makes use of.</content>
public sealed partial record EquilibriumOptions
{
    /// <summary>Options set here that a reversible layer does not know, or a layer of the other kind does not; null for none.</summary>
    internal string? NamesOfTheOther(bool reversible) => reversible
        ? Names(
        [
            (nameof(Solver), Solver is not null), (nameof(MaxEvaluations), MaxEvaluations is not null), (nameof(StopMode), StopMode is not null),
            (nameof(InferenceMaxEvaluations), InferenceMaxEvaluations is not null), (nameof(InferenceTolerance), InferenceTolerance is not null),
            (nameof(CheckEvery), CheckEvery is not null),
            (nameof(BackwardSolver), BackwardSolver is not null), (nameof(BackwardMaxEvaluations), BackwardMaxEvaluations is not null),
            (nameof(BackwardTolerance), BackwardTolerance is not null), (nameof(BackwardStopMode), BackwardStopMode is not null),
            (nameof(Gradient), Gradient is not null), (nameof(GradientSteps), GradientSteps is not null), (nameof(GradientDamping), GradientDamping is not null),
            (nameof(GradientRefinement), GradientRefinement is not null),
            (nameof(CorrectionStates), CorrectionStates is not null), (nameof(CorrectionDecay), CorrectionDecay is not null),
        ])
        : Names([(nameof(Beta), Beta is not null), (nameof(Steps), Steps is not null), (nameof(KeepEvery), KeepEvery is not null), (nameof(StateType), StateType is not null)]);

    /// <summary>Options set here that apply in eval mode; null for none.</summary>
    internal string? NamesOfInference => Names([(nameof(InferenceMaxEvaluations), InferenceMaxEvaluations is not null), (nameof(InferenceTolerance), InferenceTolerance is not null)]);

    /// <summary>Options set here that describe a penalty without making one; null for none.</summary>
    internal string? NamesOfPenalty => Names(
    [
        (nameof(JacobianFrequency), JacobianFrequency is not null), (nameof(JacobianFrequencySchedule), JacobianFrequencySchedule is not null),
        (nameof(JacobianProbes), JacobianProbes is not null), (nameof(JacobianStartAt), JacobianStartAt is not null), (nameof(JacobianSeed), JacobianSeed is not null),
        (nameof(JacobianAttach), JacobianAttach == true), (nameof(JacobianThroughState), JacobianThroughState == true),
    ]);

    /// <summary>Options set here that describe an adjoint solve, where none of these gradients makes one; null for none.</summary>
    internal string? NamesOfAdjoint(ReadOnlySpan<GradientSettings> gradients)
    {
        foreach (var gradient in gradients) if (gradient.SolvesAdjoint) return null;
        return Names(
        [
            (nameof(BackwardSolver), BackwardSolver is not null), (nameof(BackwardMaxEvaluations), BackwardMaxEvaluations is not null),
            (nameof(BackwardTolerance), BackwardTolerance is not null), (nameof(BackwardStopMode), BackwardStopMode is not null),
        ]);
    }

    /// <summary>Options set here that describe a gradient, but none of these; null for none.</summary>
    internal string? NamesOfOtherGradients(ReadOnlySpan<GradientSettings> gradients)
    {
        bool steps = false, refines = false, limited = false;
        foreach (var gradient in gradients)
        {
            steps |= gradient.Mode is GradientMode.Phantom or GradientMode.Neumann;
            refines |= gradient.Mode == GradientMode.Shine;
            // Of a refined SHINE gradient the limit is GradientRefinement; where nothing is solved at all, more than the limit is of no use.
            limited |= gradient.Mode == GradientMode.Implicit || !gradient.SolvesAdjoint;
        }
        return Names(
        [
            (nameof(GradientSteps), GradientSteps is not null && !steps), (nameof(GradientDamping), GradientDamping is not null && !steps),
            (nameof(GradientRefinement), GradientRefinement is not null && !refines), (nameof(BackwardMaxEvaluations), BackwardMaxEvaluations is not null && !limited),
        ]);
    }

    /// <summary>Whether calls may draw a penalty.</summary>
    internal bool Penalised => JacobianGammaSchedule is not null || JacobianGamma > 0;

    private static string? Names(ReadOnlySpan<(string Name, bool IsSet)> options)
    {
        List<string>? set = null;
        foreach (var (name, isSet) in options) if (isSet) (set ??= []).Add(name);
        return set is null ? null : string.Join(", ", set);
    }
}
