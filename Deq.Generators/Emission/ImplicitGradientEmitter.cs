namespace Deq.Generators.Emission;

/// <summary>The autograd function of a layer. Torch keeps one instance per type, so each layer has its own, with a name that profilers show.</summary>
internal static class ImplicitGradientEmitter
{
    public static void Emit(IndentedWriter writer, LayerIdentity layer, CellModel cell)
    {
        const string Name = EmittedMembers.ImplicitGradient;
        string reached = Equation.Enumerate([.. cell.Inputs.Where(input => input.IsTensor).Select(input => FreeNames.Unescaped(input.Name)), "the parameters"]);

        writer.Line("/// <summary>");
        writer.Line("/// Turns g = dL/dz* into u = (I - J^T)^-1 g, the solution of u = J^T u + g (Bai, Kolter, Koltun 2019, theorem 1), and hands u to");
        writer.Line($"/// the taped <c>{FreeNames.Unescaped(cell.Method)}</c>, through which autograd carries it on to {reached}.");
        writer.Line("/// </summary>");
        writer.Line(TypeNames.GeneratedCode);
        using (writer.Open($"private sealed class {Name} : {TypeNames.SingleTensorFunction(Name)}"))
        {
            writer.Line($"public override string Name => \"{layer.Name}.{Name}\";");
            writer.Line();
            writer.Line($"public override {TypeNames.Tensor} forward({TypeNames.AutogradContext} context, params object[] arguments) =>");
            writer.Line($"    {TypeNames.ImplicitGradient}.Forward(context, arguments);");
            writer.Line();
            writer.Line($"public override {TypeNames.TensorList} backward(");
            writer.Line($"    {TypeNames.AutogradContext} context, {TypeNames.Tensor} gradient) =>");
            writer.Line($"    {TypeNames.ImplicitGradient}.Backward(context, gradient);");
        }
    }
}
