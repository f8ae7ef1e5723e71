using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>Attributes that do not go together (DEQ043 to 045, 047, 048), or one that has no effect beside the others (DEQ034).</summary>
internal static class OptionConflicts
{
    private const string MaxEvaluations = "MaxEvaluations";

    /// <param name="forward">The forward solver; null where the layer states one that there is not.</param>
    /// <param name="backward">The adjoint solver; null where none is stated, which is the forward's kind, or where there is none such.</param>
    public static void Check(
        string layer, OptionAttributes attributes, GradientKind gradient, SolverChoice? forward, SolverChoice? backward, Findings findings)
    {
        if (attributes.Reversible is not null)
        {
            CheckReversible(layer, attributes, findings);
            return;
        }

        if (attributes.Gradient is { } mode) CheckGradient(mode, gradient, attributes, forward, findings);
        if (forward is null) return;
        if (attributes.BackwardSolver is { } adjoint) CheckPrecondition(adjoint, backward, forward, findings);
        if (attributes.Solver is { } solver) CheckReading(solver, forward, attributes.BackwardSolver is null ? forward : backward, findings);
    }

    private static void CheckReversible(string layer, OptionAttributes attributes, Findings findings)
    {
        const string Reversible = "Reversible";
        if (attributes.Solver is { } solver) findings.At(solver, GradientRules.ReversibleSolver, "Solver", layer);
        if (attributes.BackwardSolver is { } adjoint) findings.At(adjoint, GradientRules.ReversibleSolver, "BackwardSolver", layer);
        if (attributes.Gradient is { } mode)
            findings.At(mode, GradientRules.Conflict, "Gradient", Reversible, "the gradient of a reversible layer is that of its steps");
        if (attributes.FixedPointCorrection is { } correction)
            findings.At(correction, GradientRules.Conflict, "FixedPointCorrection", Reversible, "a reversible layer keeps no states of its solve");
        if (attributes.JacobianReg is { } penalty) findings.At(penalty, GradientRules.ReversiblePenalty, layer);
    }

    private static void CheckGradient(AttributeData mode, GradientKind gradient, OptionAttributes attributes, SolverChoice? forward, Findings findings)
    {
        var adjoint = attributes.BackwardSolver;
        // SHINE is refined by an adjoint solve, where it is refined at all.
        bool isRefined = gradient.Name == GradientKind.Shine && AttributeArguments.TryGet(mode, GradientKind.Refine, out int products) && products > 0;
        if (adjoint is not null && gradient != GradientKind.Implicit && !isRefined)
        {
            string reason = gradient.Name == GradientKind.Shine ? "without Refine it solves no adjoint problem" : "such a gradient solves no adjoint problem";
            findings.At(adjoint, GradientRules.Conflict, "BackwardSolver", $"Gradient(\"{gradient.Name}\")", reason);
        }

        // The products that refine it are the limit.
        if (adjoint is not null && isRefined && AttributeArguments.TryGet(adjoint, MaxEvaluations, out int _))
            findings.At(adjoint, MaxEvaluations, SolverRules.UnusedSetting, Suggestion.None, MaxEvaluations, SolverRules.LimitedByRefine);

        if (forward is null) return;
        if (gradient.Name == GradientKind.Unrolled && Jumps(forward, attributes.Solver)) findings.At(mode, GradientRules.UnrolledSolver, forward.Name);
        if (gradient.Name == GradientKind.Shine && !forward.Is(SolverKind.Broyden))
            findings.At(mode, GradientRules.BroydenNeeded, $"[Gradient(\"{GradientKind.Shine}\")]", forward.Name);
    }

    // Whether a step is taken or tried again is no differentiable matter. A type of the user's own says at run time whether it can be unrolled.
    private static bool Jumps(SolverChoice forward, AttributeData? solver) =>
        forward.Is(SolverKind.NewtonKrylov)
        || (forward.Is(SolverKind.Broyden) && solver is not null && AttributeArguments.TryGet(solver, SolverKind.LineSearch, out bool searches) && searches);

    private static void CheckPrecondition(AttributeData adjoint, SolverChoice? backward, SolverChoice forward, Findings findings)
    {
        if (backward?.Kind?.Settings.Contains(SolverKind.Precondition) != true || forward.Is(SolverKind.Broyden)) return;
        if (AttributeArguments.TryGet(adjoint, SolverKind.Precondition, out bool isOn) && isOn)
            findings.At(adjoint, SolverKind.Precondition, GradientRules.BroydenNeeded, Suggestion.None, SolverKind.Precondition, forward.Name);
    }

    // Picard alone goes on without the residuals; the others of the runtime decide by them at each evaluation.
    private static void CheckReading(AttributeData solver, SolverChoice forward, SolverChoice? backward, Findings findings)
    {
        const string Argument = SolverOptions.CheckEveryArgument;
        if (IsPatient(forward) || backward is null || IsPatient(backward)) return;
        if (!AttributeArguments.TryGet(solver, Argument, out int every) || every == 1) return;
        findings.At(solver, Argument, SolverRules.UnusedSetting, Suggestion.None, Argument,
            SolverRules.NotUsedBy(forward.Name, $"{SolverKind.Picard}, forward or backward"));
    }

    private static bool IsPatient(SolverChoice solver) => solver.Kind is null || solver.Is(SolverKind.Picard);
}
