namespace Deq.Generators.Analyzers;

/// <summary>Where a cell's states go: into local functions and methods of the class, which may change them in place as the cell itself may.</summary>
internal static class StateFlow
{
    /// <summary>In-place operations on states, each with the state's name in the cell; none on those that a body replaces, which are then tensors of its own.</summary>
    /// <param name="states">The cell's states.</param>
    /// <param name="reached">The cell's body and those that it reaches.</param>
    public static IEnumerable<(Location Place, string Operation, string State)> ChangesInPlace(IEnumerable<IParameterSymbol> states, IReadOnlyList<MethodBody> reached)
    {
        var replaced = reached.SelectMany(body => body.Replaced).ToImmutableHashSet(SymbolEqualityComparer.Default);
        var names = new Dictionary<ISymbol, string>(SymbolEqualityComparer.Default);
        var open = new Queue<(ISymbol Parameter, string State)>(states.Select(state => (MethodBody.Same(state), state.Name)));
        while (open.Count > 0)
        {
            var (parameter, state) = open.Dequeue();
            if (replaced.Contains(parameter) || names.ContainsKey(parameter)) continue;
            names.Add(parameter, state);
            foreach (var handed in reached.SelectMany(body => body.HandedOn).Where(handed => SymbolEqualityComparer.Default.Equals(handed.From, parameter)))
                open.Enqueue((handed.To, state));
        }
        return reached.SelectMany(body => body.Changes)
            .Where(change => names.ContainsKey(change.Parameter))
            .Select(change => (change.Place, change.Operation, names[change.Parameter]));
    }
}
