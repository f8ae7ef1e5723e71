using Deq.Gradients;
using static TorchSharp.torch;

namespace Deq;

/// <content>
/// No option is ignored in silence. What a call would make no use of is refused where it is given to that call; where it is in the options of a
/// layer, which may be those of a whole model, it is said once per layer. What is an attribute's warning (DEQ034) is said once wherever it is given.
/// </content>
public sealed partial class EquilibriumCall
{
    private static void RequireDeclared(string layer, EquilibriumOptions above, EquilibriumOptions declared)
    {
        if (above.Penalised && declared.JacobianGamma is null)
            throw new EquilibriumException($"{layer}: {(above.JacobianGammaSchedule is null ? $"JacobianGamma is {above.JacobianGamma}" : "JacobianGammaSchedule is set")}, but the layer does not declare [JacobianReg]; nothing would be regularised. Add [JacobianReg(gamma)] to the class.");
        if (above.CorrectionStates > 0 && declared.CorrectionStates is null)
            throw new EquilibriumException($"{layer}: CorrectionStates is {above.CorrectionStates}, but the layer does not declare [FixedPointCorrection]; nothing would be recorded. Add [FixedPointCorrection(states)] to the class.");
        if (above.PenaltyWeight is { } weight && (above.JacobianAttach ?? declared.JacobianAttach) != true)
            throw new EquilibriumException($"{layer}: PenaltyWeight is {weight}, but the penalty is not attached; it would do nothing. Write [JacobianReg(gamma, Attach = true)] or set JacobianAttach, or multiply the penalty where you add it.");
    }

    private static void RequireOfItsKind(EquilibriumLayerState state, EquilibriumOptions declared, EquilibriumOptions? options)
    {
        var reversible = declared.Beta is not null;
        if ((options?.NamesOfTheOther(reversible) ?? state.Options.NamesOfTheOther(reversible)) is not { } names) return;
        throw new EquilibriumException(reversible
            ? $"{state.Name}: {names} belong to layers that solve for a fixed point, and this one is reversible; they would do nothing. Leave them out, or take [Reversible] from the class."
            : $"{state.Name}: {names} belong to reversible layers, and this one solves for its fixed point; they would do nothing. Add [Reversible(beta)] to the class, or leave them out.");
    }

    /// <summary>What the gradient of a layer, and the penalties that it declares, make no use of.</summary>
    private static void RequireOfUse(EquilibriumLayerState state, EquilibriumOptions declared, EquilibriumOptions? options, EquilibriumOptions above)
    {
        if (ReferenceEquals(above, EquilibriumOptions.Default)) return;
        if (declared.Beta is null)
        {
            var ofLayer = Differentiation(state.Options, declared);
            // What is set on the layer is of use to a call that takes another gradient, too.
            if (options is null) RequireUsedBy(state, state.Options, isOfCall: false, ofLayer);
            else
            {
                var ofCall = Differentiation(above, declared);
                RequireUsedBy(state, options, isOfCall: true, ofCall);
                RequireUsedBy(state, state.Options, isOfCall: false, ofLayer, ofCall);
            }
        }
        if (options is not null) RequireRegularised(state, options, isOfCall: true, declared);
        RequireRegularised(state, state.Options, isOfCall: false, declared);
    }

    private static void RequireUsedBy(EquilibriumLayerState state, EquilibriumOptions given, bool isOfCall, params ReadOnlySpan<GradientSettings> gradients)
    {
        if (given.NamesOfAdjoint(gradients) is { } adjoint)
            state.Refuse(isOfCall, adjoint, $"{adjoint} describe an adjoint solve, and a {Name(gradients[0])} gradient{(gradients[0].Mode == GradientMode.Shine ? " without GradientRefinement" : "")} makes none; they would do nothing. Leave them out, or take the gradient implicit, or shine with a GradientRefinement.");
        if (given.NamesOfOtherGradients(gradients) is { } others)
            state.Refuse(isOfCall: false, others, $"{others} are not of a {Name(gradients[0])} gradient; they do nothing. GradientSteps and GradientDamping are for phantom and neumann, GradientRefinement, which is its limit of products, for shine, BackwardMaxEvaluations for implicit: leave them out, or take another gradient.");
    }

    // Every call comes by here: two of the options of three levels, and not all of them.
    private static GradientSettings Differentiation(EquilibriumOptions above, EquilibriumOptions declared) =>
        new EquilibriumOptions { Gradient = above.Gradient ?? declared.Gradient, GradientRefinement = above.GradientRefinement ?? declared.GradientRefinement }.Differentiation;

    private static string Name(GradientSettings gradient) => gradient.Mode == GradientMode.JacobianFree ? "jacobian_free" : gradient.Mode.ToString().ToLowerInvariant();

    private static void RequireRegularised(EquilibriumLayerState state, EquilibriumOptions given, bool isOfCall, EquilibriumOptions declared)
    {
        // A gamma of 0 says that there is none.
        if (declared.JacobianGamma is null && given.JacobianGamma is null && given.NamesOfPenalty is { } penalty)
            state.Refuse(isOfCall, penalty, $"{penalty} describe a Jacobian penalty, but the layer does not declare [JacobianReg]; they would do nothing. Add [JacobianReg(gamma)] to the class, or leave them out.");
        if (declared.CorrectionStates is null && given.CorrectionDecay is { } decay)
            state.Refuse(isOfCall, nameof(EquilibriumOptions.CorrectionDecay), $"CorrectionDecay is {decay}, but the layer does not declare [FixedPointCorrection]; it would do nothing. Add [FixedPointCorrection(states)] to the class, or leave it out.");
    }

    /// <summary>The same of a call without a layer, which has no attributes to go by.</summary>
    private static void RequireOfUse(EquilibriumLayerState state, nn.Module? module, EquilibriumOptions options, bool reversible)
    {
        var name = state.Name;
        if (options.NamesOfTheOther(reversible) is { } names)
            throw new EquilibriumException(reversible
                ? $"{name}: {names} belong to calls that solve for a fixed point, and SolveReversible takes steps; they would do nothing. Leave them out, or call Equilibrium.Solve."
                : $"{name}: {names} belong to the reversible iteration, and Solve solves for the fixed point; they would do nothing. Leave them out, or call Equilibrium.SolveReversible.");
        if (!reversible) RequireUsedBy(state, options, isOfCall: true, options.Differentiation);
        if (module is null && options.NamesOfInference is { } inference)
            throw new EquilibriumException($"{name}: {inference} apply in eval mode, and a call without a module is always one of training; they would do nothing. Give the module that f uses, or set MaxEvaluations and Tolerance.");
        if (options.PenaltyWeight is { } weight && options.JacobianAttach != true)
            throw new EquilibriumException($"{name}: PenaltyWeight is {weight}, but the penalty is not attached; it would do nothing. Set JacobianAttach = true, or multiply the penalty where you add it.");
        if (options.JacobianGamma is null && options.JacobianGammaSchedule is null && options.NamesOfPenalty is { } penalty)
            throw new EquilibriumException($"{name}: {penalty} describe a Jacobian penalty, but there is no JacobianGamma; they would do nothing. Set JacobianGamma (0 switches the penalty off), or leave them out.");
        if (options.CorrectionDecay is { } decay && options.CorrectionStates is null)
            throw new EquilibriumException($"{name}: CorrectionDecay is {decay}, but there are no CorrectionStates; it would do nothing. Set CorrectionStates, or leave it out.");
    }
}
