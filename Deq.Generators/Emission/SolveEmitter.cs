namespace Deq.Generators.Emission;

/// <summary><c>Solve</c>: the four steps of a call, from the fixed point to the value that carries its gradient.</summary>
internal sealed class SolveEmitter
{
    private readonly IndentedWriter writer;
    private readonly CellModel cell;
    private readonly InitialStateModel? initialState;
    private readonly bool drawsPenalty;
    private readonly SolveNames names;
    private readonly MemberReference member;

    private SolveEmitter(IndentedWriter writer, LayerIdentity layer, EquilibriumModel equilibrium)
    {
        this.writer = writer;
        cell = equilibrium.Cell;
        initialState = equilibrium.InitialState;
        drawsPenalty = equilibrium.Options.DrawsJacobianPenalty;
        names = new SolveNames(equilibrium);
        member = new MemberReference(layer, cell.Inputs);
    }

    private bool IsPacked => cell.States.Count > 1;

    public static void Emit(IndentedWriter writer, LayerIdentity layer, EquilibriumModel equilibrium) =>
        new SolveEmitter(writer, layer, equilibrium).Emit();


    private void Emit()
    {
        EmitDocumentation();
        writer.Line(TypeNames.GeneratedCode);
        writer.Lines(SolveSignature.Lines(cell.StatesType, cell.Inputs, names.Initial, names.Options));
        using (writer.OpenBlock())
        {
            string begin = $"{TypeNames.Call}.Begin(this, {member.Instance(EmittedMembers.State)}, {member.Static(EmittedMembers.DeclaredOptions)}, {names.Options})";
            writer.Line($"using var {names.Call} = {begin};");
            if (IsPacked) EmitPacking();
            else EmitCell();
            writer.Line();
            EmitSteps();
        }
    }

    private void EmitDocumentation()
    {
        string start = initialState is { } method
            ? $"<c>{FreeNames.Unescaped(method.Method)}({string.Join(", ", method.Arguments.Select(FreeNames.Unescaped))})</c>"
            : $"zeros shaped like <paramref name=\"{FreeNames.Unescaped(cell.Inputs[0].Name)}\"/>";

        writer.Line($"/// <summary>Solves {Equation.Of(cell)}.</summary>");
        writer.Lines(Documentation.Inputs(cell.Inputs, cell));
        writer.Line(Documentation.Parameter(names.Initial, $"Where the solve starts; without it, at {start}."));
        writer.Line(Documentation.Parameter(names.Options, $"Options of this call; they go over <see cref=\"{EmittedMembers.Options}\"/>, which go over the attributes."));
        writer.Line($"/// <returns>{Documentation.Equilibrium(cell)} with its statistics{(drawsPenalty ? " and, where this call draws it, the Jacobian penalty" : "")}.</returns>");
    }

    private void EmitCell()
    {
        string state = names.StateLocals[0];
        writer.Line($"{TypeNames.Tensor} {names.Cell}({TypeNames.Tensor} {state}) => {CellCall()};");
    }

    private void EmitPacking()
    {
        string parts = string.Join(", ", cell.States.Select((_, i) => $"{names.States}[{i}]"));

        writer.Line();
        writer.Line($"// {Equation.Enumerate([.. cell.States.Select(state => FreeNames.Unescaped(state.Parameter))])} travel side by side in one B x D tensor.");
        writer.Line($"var {names.Start} = {names.Initial} ?? {StartCall()};");
        writer.Line($"var {names.Layout} = {names.Call}.Layout({Elements(names.Start)});");
        writer.Line();
        using (writer.Open($"{cell.StatesType} {names.Split}({TypeNames.Tensor} {names.Packed})"))
        {
            writer.Line($"var {names.States} = {names.Layout}.Split({names.Packed});");
            writer.Line($"return ({parts});");
        }
        writer.Line();
        using (writer.Open($"{TypeNames.Tensor} {names.Cell}({TypeNames.Tensor} {names.Packed})"))
        {
            writer.Line($"var ({string.Join(", ", names.StateLocals)}) = {names.Split}({names.Packed});");
            writer.Line($"var {names.Next} = {CellCall()};");
            writer.Line($"return {Joined(names.Next)};");
        }
    }

    private void EmitSteps()
    {
        string start = IsPacked ? Joined(names.Start) : $"{names.Initial} ?? {StartCall()}";
        var inputs = cell.Inputs.Where(input => input.IsTensor).Select(input => input.Name);

        writer.Line($"// 1. The fixed point {Equation.Of(cell)}, on no tape.");
        writer.Line($"var {names.Point} = {names.Call}.Solve({string.Join(", ", [names.Cell, start, .. inputs])});");
        writer.Line($"if (!{names.Point}.NeedsTape) return {names.Call}.Return({Unpacked(names.Point + ".Value")});");
        writer.Line();
        writer.Line("// 2. One evaluation on the tape, at the detached fixed point: the value and every product with its Jacobian read it.");
        writer.Line($"var {names.Tape} = {names.Call}.Record({names.Cell}, {names.Point});");
        writer.Line();
        if (drawsPenalty)
        {
            writer.Line("// 3. The Jacobian penalty (Bai, Koltun, Kolter 2021, eq. 4), where this call draws it.");
            writer.Line($"var {names.Penalty} = {names.Call}.JacobianPenalty({names.Tape});");
            writer.Line();
        }
        writer.Line($"// {(drawsPenalty ? 4 : 3)}. The value is that evaluation; its gradient is the implicit one.");
        writer.Line($"var {names.Value} = {member.Static(EmittedMembers.ImplicitGradient)}.apply({names.Tape}.Output, {names.Tape}.State, {names.Call});");
        writer.Line($"return {names.Call}.Return({Unpacked(names.Value)}{(drawsPenalty ? ", " + names.Penalty : "")});");
    }

    private string Elements(string tuple) => string.Join(", ", cell.States.Select(state => $"{tuple}.{state.Element}"));

    private string Joined(string tuple) => $"{names.Layout}.Join({Elements(tuple)})";

    private string Unpacked(string tensor) => IsPacked ? $"{names.Split}({tensor})" : tensor;

    private string CellCall() =>
        $"{member.Method(cell.Method, cell.IsStatic)}({string.Join(", ", [.. names.StateLocals, .. cell.Inputs.Select(input => input.Name)])})";

    private string StartCall() => initialState is { } method
        ? $"{member.Method(method.Method, method.IsStatic)}({string.Join(", ", method.Arguments)})"
        : $"{TypeNames.Torch}.zeros_like({cell.Inputs[0].Name})";
}
