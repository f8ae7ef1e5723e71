namespace Deq.Generators.Parsing;

/// <summary>The options that the attributes of a layer state, in the order in which they are emitted.</summary>
internal static class OptionsParser
{
    public static OptionsModel Parse(INamedTypeSymbol layer, Compilation compilation, Findings findings)
    {
        var defaults = new Defaults(compilation);
        var options = new List<OptionModel>();

        if (LayerAttributes.Find(layer, RuntimeNames.SolverAttribute) is { } forward)
            options.AddRange(SolverParser.Parse(forward, SolverOptions.Forward, defaults, findings));
        if (LayerAttributes.Find(layer, RuntimeNames.BackwardSolverAttribute) is { } backward)
            options.AddRange(SolverParser.Parse(backward, SolverOptions.Backward, defaults, findings));

        var regularization = LayerAttributes.Find(layer, RuntimeNames.JacobianRegAttribute);
        if (regularization is not null) options.AddRange(JacobianRegParser.Parse(regularization, defaults, findings));

        return new OptionsModel(options.ToEquatableArray(), DrawsJacobianPenalty: regularization is not null);
    }
}
