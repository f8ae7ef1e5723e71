using static TorchSharp.torch;

namespace Deq;

/// <content>No option is ignored in silence: what a call would make no use of is refused.</content>
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

    /// <summary>The same of a call without a layer, which has no attributes to go by.</summary>
    private static void RequireOfUse(string name, nn.Module? module, EquilibriumOptions options, bool reversible)
    {
        if (options.NamesOfTheOther(reversible) is { } names)
            throw new EquilibriumException(reversible
                ? $"{name}: {names} belong to calls that solve for a fixed point, and SolveReversible takes steps; they would do nothing. Leave them out, or call Equilibrium.Solve."
                : $"{name}: {names} belong to the reversible iteration, and Solve solves for the fixed point; they would do nothing. Leave them out, or call Equilibrium.SolveReversible.");
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
