namespace Deq.Generators.Parsing;

/// <summary>The solver that a layer states or is given.</summary>
/// <param name="Name">Its name in the attribute, or that of its type.</param>
/// <param name="Kind">Which of the runtime's it is; null for one of the user's own.</param>
internal sealed record SolverChoice(string Name, SolverKind? Kind)
{
    public bool Is(string name) => Kind?.Name == name;

    public static SolverChoice? Named(string name, bool adjoint) => SolverKind.Find(name, adjoint) is { } kind ? new(kind.Name, kind) : null;
}
