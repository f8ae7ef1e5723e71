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
        writer.Lines(Signature(forward, " =>"));
        writer.Line($"    {solve}({arguments}).Value;");
    }

    /// <summary>The lines before the body: one where there is one parameter, else one for each, as <c>Solve</c> has them.</summary>
    public static IEnumerable<string> Signature(ForwardModel forward, string end)
    {
        string head = $"{forward.Modifiers} {forward.ResultType} forward(";
        string[] parameters = [.. forward.Parameters.Select(parameter => $"{parameter.Type} {parameter.Name}")];
        return parameters.Length < 2
            ? [$"{head}{string.Concat(parameters)}){end}"]
            : [head, .. parameters.Take(parameters.Length - 1).Select(parameter => $"    {parameter},"), $"    {parameters[parameters.Length - 1]}){end}"];
    }
}
