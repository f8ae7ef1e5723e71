namespace Deq.Generators.Emission;

/// <summary><c>forward</c>, as the base class or the user's partial declaration has it.</summary>
internal static class ForwardEmitter
{
    public static void Emit(IndentedWriter writer, LayerIdentity layer, ForwardModel forward, EquilibriumModel equilibrium)
    {
        var cell = equilibrium.Cell;
        if (!forward.IsDeclared)
        {
            writer.Line($"/// <summary>The equilibrium {Equation.Of(cell)}.</summary>");
            writer.Lines(Documentation.Inputs(forward.Parameters, cell));
            writer.Line($"/// <returns>{Documentation.Equilibrium(cell)}; {GradientText.Of(equilibrium.Options)}.</returns>");
        }
        string arguments = string.Join(", ", forward.Parameters.Select(parameter => parameter.Name));
        string solve = new MemberReference(layer, forward.Parameters).Instance(EmittedMembers.Solve);
        writer.Line(TypeNames.GeneratedCode);
        writer.Line($"{Signature(forward)} =>");
        writer.Line($"    {solve}({arguments}).Value;");
    }

    public static string Signature(ForwardModel forward) => $"{forward.Modifiers} {forward.ResultType} forward({Parameters.Declare(forward.Parameters)})";
}
