namespace Deq.Generators.Parsing;

/// <summary>The options that the attributes of a layer state, in the order in which they are emitted.</summary>
internal static class OptionsParser
{
    public static OptionsModel Parse(INamedTypeSymbol layer, Compilation compilation, Findings findings)
    {
        var attributes = new OptionAttributes(layer);
        var defaults = new Defaults(compilation);
        var options = new List<OptionModel>();
        var gradient = GradientKind.Implicit;
        var forward = SolverChoice.Named(defaults.Text(SolverOptions.Forward.Solver), adjoint: false);
        SolverChoice? backward = null;

        if (attributes.Solver is { } solver) forward = SolverParser.Parse(solver, SolverOptions.Forward, layer, compilation, options, defaults, findings);
        if (attributes.BackwardSolver is { } adjoint) backward = SolverParser.Parse(adjoint, SolverOptions.Backward, layer, compilation, options, defaults, findings);
        if (attributes.Gradient is { } mode) gradient = GradientParser.Parse(mode, options, defaults, findings) ?? gradient;
        if (attributes.Reversible is { } reversible) options.AddRange(ReversibleParser.Parse(reversible, defaults, findings));
        if (attributes.JacobianReg is { } penalty) options.AddRange(JacobianRegParser.Parse(penalty, defaults, findings));
        if (attributes.FixedPointCorrection is { } correction) options.AddRange(FixedPointCorrectionParser.Parse(correction, defaults, findings));

        OptionConflicts.Check(layer.Name, attributes, gradient, forward, backward, findings);

        return new OptionsModel(
            options.ToEquatableArray(),
            gradient.Name,
            IsReversible: attributes.Reversible is not null,
            DrawsJacobianPenalty: attributes.JacobianReg is not null,
            RecordsIntermediates: attributes.FixedPointCorrection is not null);
    }
}
