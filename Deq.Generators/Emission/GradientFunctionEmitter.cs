namespace Deq.Generators.Emission;

/// <summary>The autograd function of a layer. Torch keeps one instance per type, so each layer has its own, with a name that profilers show.</summary>
internal static class GradientFunctionEmitter
{
    public static string Name(OptionsModel options) => options.IsReversible ? EmittedMembers.ReversibleGradient : EmittedMembers.ImplicitGradient;

    public static void Emit(IndentedWriter writer, LayerIdentity layer, EquilibriumModel equilibrium)
    {
        string name = Name(equilibrium.Options);
        string runtime = equilibrium.Options.IsReversible ? TypeNames.ReversibleGradient : TypeNames.ImplicitGradient;

        writer.Line("/// <summary>");
        writer.Lines(GradientText.Function(layer, equilibrium).Select(line => "/// " + line));
        writer.Line("/// </summary>");
        writer.Line(TypeNames.GeneratedCode);
        using (writer.Open($"private sealed class {name} : {TypeNames.SingleTensorFunction(name)}"))
        {
            writer.Line($"public override string Name => \"{layer.Name}.{name}\";");
            writer.Line();
            writer.Line($"public override {TypeNames.Tensor} forward({TypeNames.AutogradContext} context, params object[] arguments) =>");
            writer.Line($"    {runtime}.Forward(context, arguments);");
            writer.Line();
            writer.Line($"public override {TypeNames.TensorList} backward(");
            writer.Line($"    {TypeNames.AutogradContext} context, {TypeNames.Tensor} gradient) =>");
            writer.Line($"    {runtime}.Backward(context, gradient);");
        }
    }
}
