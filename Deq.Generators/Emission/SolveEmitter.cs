using Deq.Generators.Parsing;

namespace Deq.Generators.Emission;

/// <summary><c>Solve</c>: the steps of a call, from the fixed point to the value that carries its gradient.</summary>
internal sealed class SolveEmitter
{
    private readonly IndentedWriter writer;
    private readonly CellModel cell;
    private readonly InitialStateModel? initialState;
    private readonly OptionsModel options;
    private readonly SolveNames names;
    private readonly MemberReference member;
    private readonly EquilibriumModel equilibrium;
    private int steps;

    private SolveEmitter(IndentedWriter writer, LayerIdentity layer, EquilibriumModel equilibrium)
    {
        this.writer = writer;
        cell = equilibrium.Cell;
        initialState = equilibrium.InitialState;
        options = equilibrium.Options;
        names = new SolveNames(equilibrium);
        member = new MemberReference(layer, cell.Inputs);
        this.equilibrium = equilibrium;
    }

    private bool IsPacked => cell.IsArray || cell.States.Count > 1;

    /// <summary>The state as the solver has it.</summary>
    private string State => IsPacked ? names.Packed : names.StateLocals[0];

    private ParameterModel[] TensorInputs => [.. cell.Inputs.Where(input => input.Tensors == InputTensors.Itself)];

    /// <summary>Inputs that hold tensors: how many is known in the call alone.</summary>
    private ParameterModel[] Collections => [.. cell.Inputs.Where(input => input.Tensors == InputTensors.Within)];

    private string Start => IsPacked ? Joined(names.Start) : $"{names.Initial} ?? {StartCall(input => input)}";

    private string GradientFunction => member.Static(GradientFunctionEmitter.Name(options));

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
            if (options.IsReversible) EmitInputs();
            if (IsPacked) EmitPacking();
            else if (options.IsReversible && Collections.Length > 0) writer.Lines([$"{CellHead} =>", $"    {CellCall()};"]);
            else writer.Line($"{CellHead} => {CellCall()};");
            writer.Line();
            if (options.IsReversible) EmitReversibleSteps();
            else EmitSteps();
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
        string penalty = options.DrawsJacobianPenalty ? " and, where this call draws it, the Jacobian penalty" : "";
        writer.Line($"/// <returns>{Documentation.Equilibrium(cell)} with its statistics{penalty}.</returns>");
    }

    // Undoing a step evaluates the cell on leaves of its own, so the cell takes the inputs that it is given and not those of Solve.
    private void EmitInputs()
    {
        writer.Line();
        writer.Line("// The inputs as the cell is given them: undoing a step takes their gradients on leaves of its own.");
        if (TensorInputs.Any(input => input.MayBeNull)) writer.Line("// One that is absent travels as an empty tensor, so that the others keep their places.");
        var values = TensorInputs.Select(input => input.MayBeNull ? $"{input.Name} ?? {TypeNames.Torch}.zeros(0)" : input.Name);
        writer.Line($"{TypeNames.Tensor}[] {names.Inputs} = [{string.Join(", ", values.Concat(Spread()))}];");
    }

    private void EmitPacking()
    {
        string[] states = [.. cell.States.Select(state => FreeNames.Unescaped(state.Parameter))];
        writer.Line();
        writer.Line($"// {(cell.IsArray ? $"The tensors of {states[0]}" : Equation.Enumerate(states))} travel side by side in one B x D tensor.");
        writer.Line($"var {names.Start} = {names.Initial} ?? {StartCall(input => input)};");
        writer.Line($"var {names.Layout} = {names.Call}.Layout({Elements(names.Start)});");
        if (cell.IsArray) writer.Lines([$"{CellHead} =>", $"    {names.Layout}.Join({CellCall()});"]);
        else EmitPackedCell();
    }

    private void EmitPackedCell()
    {
        string parts = string.Join(", ", cell.States.Select((_, i) => $"{names.States}[{i}]"));

        writer.Line();
        using (writer.Open($"{cell.StatesType} {names.Split}({TypeNames.Tensor} {names.Packed})"))
        {
            writer.Line($"var {names.States} = {names.Layout}.Split({names.Packed});");
            writer.Line($"return ({parts});");
        }
        writer.Line();
        using (writer.Open(CellHead))
        {
            writer.Line($"var ({string.Join(", ", names.StateLocals)}) = {names.Split}({names.Packed});");
            writer.Line($"var {names.Next} = {CellCall()};");
            writer.Line($"return {Joined(names.Next)};");
        }
    }

    private void EmitSteps()
    {
        Step($"The fixed point {Equation.Of(cell)}, {GradientText.Iterations(options)}.");
        string inputs = string.Join(", ", TensorInputs.Select(input => input.Name).Concat(Spread()));
        if (Collections.Length > 0) inputs = $"[{inputs}]";
        writer.Line($"var {names.Point} = {names.Call}.Solve({string.Join(", ", ((string[])[names.Cell, Start, inputs]).Where(argument => argument.Length > 0))});");
        writer.Line($"if (!{names.Point}.NeedsTape) return {names.Call}.Return({Unpacked(names.Point + ".Value")});");
        writer.Line();
        Step(GradientText.Tape(equilibrium));
        EmitReplacements();
        string anew = initialState is null ? "" : $", () => {StartAnew(input => input)}";
        writer.Line($"var {names.Tape} = {names.Call}.Record({names.Cell}, {names.Point}{anew});");
        writer.Line();
        if (options.DrawsJacobianPenalty)
        {
            Step("The Jacobian penalty gamma/(M d) sum ||eps^T J||^2 (Bai, Koltun, Kolter 2021, eq. 4), where this call draws it.");
            writer.Line($"var {names.Penalty} = {names.Call}.JacobianPenalty({names.Tape});");
            writer.Line();
        }
        Step(GradientText.Value(equilibrium));
        writer.Line($"var {names.Value} = {GradientFunction}.apply({names.Tape}.Output, {names.Tape}.State, {names.Call});");
        if (options.RecordsIntermediates) EmitIntermediates();
        EmitReturn();
    }

    // Before the tape is recorded and not while it is: what the closure of the cell holds is what the tape will refer to.
    private void EmitReplacements()
    {
        ParameterModel[] replaced = [.. cell.Inputs.Where(input => input.Tensors != InputTensors.None)];
        if (replaced.Length == 0) return;
        string from = initialState is null ? "" : ", from its start on,";
        writer.Line($"//    Another sample stands there{from} for one whose solve was not finite: zero times its NaN would be NaN in every parameter.");
        foreach (var input in replaced) writer.Line($"{names.Call}.ReplaceFailed(ref {input.Name});");
    }

    private void EmitIntermediates()
    {
        string split = cell.IsArray ? $"{names.Layout}.Split" : IsPacked ? names.Split : $"{names.Each} => {names.Each}";
        writer.Line();
        Step($"{FreeNames.Unescaped(cell.Method)} at intermediate states of the solve, for losses of their own (Bai, Geng, Savani, Kolter 2022).");
        writer.Line($"var {names.Intermediates} = {names.Call}.Intermediates({names.Cell}, {split});");
    }

    private void EmitReversibleSteps()
    {
        Step("z after N steps of y' = (1 - b) y + b f(z), z' = (1 - b) z + b f(y') from y = z = z_0 (McCallum, Arora, Foster 2025),");
        writer.Line($"//    where f is {FreeNames.Unescaped(cell.Method)}; {GradientText.Of(options)}.");
        string reverse = $"var {names.Value} = {GradientFunction}.apply({names.Call}.Reverse(";
        if (initialState is null) writer.Line($"{reverse}{names.Cell}, {Start}, {names.Inputs}));");
        else
        {
            writer.Line("//    Where a sample's steps are not finite z_0 is made anew: in the backward pass another stands in for it, from its start on.");
            writer.Lines([reverse, $"    {names.Cell},", $"    {Start},", $"    {names.Given} => {StartAnew(GivenInputs())},", $"    {names.Inputs}));"]);
        }
        if (options.DrawsJacobianPenalty)
        {
            writer.Line();
            Step("The Jacobian penalty gamma/(M d) sum ||eps^T J||^2 (Bai, Koltun, Kolter 2021, eq. 4) at z, on one evaluation more, where this call draws it.");
            writer.Line($"var {names.Penalty} = {names.Call}.JacobianPenalty({names.Value});");
        }
        EmitReturn();
    }

    private void Step(string text) => writer.Line($"// {CodeText.Number(++steps)}. {text}");

    private void EmitReturn()
    {
        var parts = new List<string> { Unpacked(names.Value) };
        if (options.DrawsJacobianPenalty) parts.Add(names.Penalty);
        if (options.RecordsIntermediates) parts.Add(options.DrawsJacobianPenalty ? names.Intermediates : $"intermediates: {names.Intermediates}");
        writer.Line($"return {names.Call}.Return({string.Join(", ", parts)});");
    }

    private string Elements(string states) => cell.IsArray ? states : string.Join(", ", cell.States.Select(state => $"{states}.{state.Element}"));

    private string Joined(string states) => $"{names.Layout}.Join({Elements(states)})";

    private string Unpacked(string tensor) => cell.IsArray ? $"{names.Layout}.Split({tensor})" : IsPacked ? $"{names.Split}({tensor})" : tensor;

    private string CellHead =>
        $"{TypeNames.Tensor} {names.Cell}({TypeNames.Tensor} {State}{(options.IsReversible ? $", {TypeNames.Tensor}[] {names.Given}" : "")})";

    private string CellCall()
    {
        IEnumerable<string> states = cell.IsArray ? [$"{names.Layout}.Split({names.Packed})"] : names.StateLocals;
        var given = options.IsReversible ? GivenInputs() : input => input;
        return $"{member.Method(cell.Method, cell.IsStatic)}({string.Join(", ", states.Concat(cell.Inputs.Select(input => given(input.Name))))})";
    }

    /// <summary>The tensors of collections, spread among the elements of a list.</summary>
    private IEnumerable<string> Spread() => Collections.Select(input => $".. {TypeNames.InputTensors}.Of({input.Name})");

    /// <summary>Inputs by name as a reversible cell is given them: tensors at fixed places, and after them those of collections.</summary>
    private Func<string, string> GivenInputs()
    {
        var given = cell.Inputs.ToDictionary(input => input.Name, input => input.Name);
        int place = 0;
        foreach (var input in TensorInputs)
            given[input.Name] = (input.MayBeNull ? $"{input.Name} is null ? null : " : "") + $"{names.Given}[{Number(place++)}]";
        string[] collections = [.. Collections.Select(input => input.Name)];
        string rest = place == 0 ? names.Given : $"{names.Given}[{Number(place)}..]";
        if (collections.Length == 1) given[collections[0]] = $"{TypeNames.InputTensors}.With({collections[0]}, {rest})";
        else
            for (int i = 0; i < collections.Length; i++)
                given[collections[i]] = $"{TypeNames.InputTensors}.With(({string.Join(", ", collections)}), {rest}).Item{Number(i + 1)}";
        return name => given[name];
    }

    private static string Number(int number) => CodeText.Number(number);

    private string StartCall(Func<string, string> input) => initialState is { } method
        ? $"{member.Method(method.Method, method.IsStatic)}({string.Join(", ", method.Arguments.Select(input))})"
        : $"{TypeNames.Torch}.zeros_like({input(cell.Inputs[0].Name)})";

    /// <summary>The start once more, of inputs in which samples were replaced.</summary>
    private string StartAnew(Func<string, string> input)
    {
        string start = $"{names.Initial} ?? {StartCall(input)}";
        if (!IsPacked) return start;
        if (cell.IsArray) return $"{names.Layout}.Join({start})";
        var states = cell.States.Select((state, i) => i == 0 ? $"({names.Start} = {start}).{state.Element}" : $"{names.Start}.{state.Element}");
        return $"{names.Layout}.Join({string.Join(", ", states)})";
    }
}
