namespace Deq.Generators.Parsing;

/// <summary>The attributes of a layer that state options; null for those that it does not have.</summary>
internal sealed class OptionAttributes(INamedTypeSymbol layer)
{
    public AttributeData? Solver { get; } = LayerAttributes.Find(layer, RuntimeNames.SolverAttribute);
    public AttributeData? BackwardSolver { get; } = LayerAttributes.Find(layer, RuntimeNames.BackwardSolverAttribute);
    public AttributeData? Gradient { get; } = LayerAttributes.Find(layer, RuntimeNames.GradientAttribute);
    public AttributeData? Reversible { get; } = LayerAttributes.Find(layer, RuntimeNames.ReversibleAttribute);
    public AttributeData? JacobianReg { get; } = LayerAttributes.Find(layer, RuntimeNames.JacobianRegAttribute);
    public AttributeData? FixedPointCorrection { get; } = LayerAttributes.Find(layer, RuntimeNames.FixedPointCorrectionAttribute);
}
