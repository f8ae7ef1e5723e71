using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>The options that the attributes of a layer state, in the order in which they are emitted.</summary>
internal static class OptionsParser
{
    public static OptionsModel Parse(INamedTypeSymbol layer, Compilation compilation, Findings findings)
    {
        var defaults = new Defaults(compilation);
        var options = new List<OptionModel>();
        var gradient = GradientKind.Implicit;

        var forward = LayerAttributes.Find(layer, RuntimeNames.SolverAttribute);
        var backward = LayerAttributes.Find(layer, RuntimeNames.BackwardSolverAttribute);
        var mode = LayerAttributes.Find(layer, RuntimeNames.GradientAttribute);
        var reversible = LayerAttributes.Find(layer, RuntimeNames.ReversibleAttribute);
        var regularization = LayerAttributes.Find(layer, RuntimeNames.JacobianRegAttribute);

        if (forward is not null) options.AddRange(SolverParser.Parse(forward, SolverOptions.Forward, defaults, findings));
        if (backward is not null) options.AddRange(SolverParser.Parse(backward, SolverOptions.Backward, defaults, findings));
        if (mode is not null) gradient = GradientParser.Parse(mode, options, defaults, findings) ?? gradient;
        if (reversible is not null) options.AddRange(ReversibleParser.Parse(reversible, defaults, findings));
        if (regularization is not null) options.AddRange(JacobianRegParser.Parse(regularization, defaults, findings));

        if (reversible is not null) CheckReversible(layer, forward, backward, mode, regularization, findings);
        else if (mode is not null) CheckGradient(mode, gradient, forward, backward, defaults, findings);

        return new OptionsModel(options.ToEquatableArray(), gradient.Name, IsReversible: reversible is not null, DrawsJacobianPenalty: regularization is not null);
    }

    private static void CheckReversible(
        INamedTypeSymbol layer, AttributeData? forward, AttributeData? backward, AttributeData? mode, AttributeData? regularization, Findings findings)
    {
        if (forward is not null) findings.At(forward, GradientRules.ReversibleSolver, "Solver", layer.Name);
        if (backward is not null) findings.At(backward, GradientRules.ReversibleSolver, "BackwardSolver", layer.Name);
        if (mode is not null) findings.At(mode, GradientRules.Conflict, "Gradient", "Reversible", "the gradient of a reversible layer is that of its steps");
        if (regularization is not null) findings.At(regularization, GradientRules.ReversiblePenalty, layer.Name);
    }

    private static void CheckGradient(
        AttributeData mode, GradientKind gradient, AttributeData? forward, AttributeData? backward, Defaults defaults, Findings findings)
    {
        if (backward is not null && gradient != GradientKind.Implicit)
            findings.At(backward, GradientRules.Conflict, "BackwardSolver", $"Gradient(\"{gradient.Name}\")", "such a gradient solves no adjoint problem");

        string? given = forward is null ? defaults.Text(SolverOptions.Forward.Solver) : forward.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: string name } ? name : null;
        if (gradient.Name == GradientKind.Unrolled && given is not null && SolverKind.Find(given, adjoint: false) is { Name: not SolverKind.Picard } solver)
            findings.At(mode, GradientRules.UnrolledSolver, solver.Name);
    }
}
