namespace Deq.Generators.Emission;

/// <summary>Names of the parameters and locals of <c>Solve</c>, beside the user's.</summary>
internal sealed class SolveNames
{
    public SolveNames(EquilibriumModel equilibrium)
    {
        var cell = equilibrium.Cell;
        var free = new FreeNames([
            .. cell.Inputs.Select(input => input.Name),
            .. cell.IsArray ? [] : cell.States.Select(state => state.Parameter),
            cell.Method,
            equilibrium.InitialState?.Method ?? "",
            .. EmittedMembers.All]);

        Initial = free.Take("initial");
        Options = free.Take("options");
        Call = free.Take("call");
        Cell = free.Take("Cell");
        Point = free.Take("point");
        Tape = free.Take("tape");
        Penalty = free.Take("penalty");
        Value = free.Take("value");
        Start = free.Take("start");
        Layout = free.Take("layout");
        Split = free.Take("Split");
        States = free.Take("states");
        Packed = free.Take("packed");
        Next = free.Take("next");
        Inputs = free.Take("inputs");
        Given = free.Take("given");

        // "_" is a discard where a tuple is taken apart.
        StateLocals = cell.States.Select(state => state.Parameter == "_" ? free.Take("state") : state.Parameter).ToList();
    }

    public string Initial { get; }
    public string Options { get; }
    public string Call { get; }
    public string Cell { get; }
    public string Point { get; }
    public string Tape { get; }
    public string Penalty { get; }
    public string Value { get; }
    public string Start { get; }
    public string Layout { get; }
    public string Split { get; }
    public string States { get; }
    public string Packed { get; }
    public string Next { get; }
    public string Inputs { get; }
    public string Given { get; }

    /// <summary>The states inside the cell, called as the user's cell calls them.</summary>
    public IReadOnlyList<string> StateLocals { get; }
}
