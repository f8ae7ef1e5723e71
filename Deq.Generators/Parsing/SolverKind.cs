namespace Deq.Generators.Parsing;

/// <summary>A solver that attributes can name.</summary>
/// <param name="Name">Its name in <c>[Solver(name)]</c>.</param>
/// <param name="Type">The runtime's record of its settings, in <see cref="RuntimeNames.Solvers"/>.</param>
/// <param name="AdjointOnly">Whether it solves linear problems alone, and so only the adjoint one.</param>
/// <param name="DefaultMemory">Its default memory in words; null for the constant of the runtime.</param>
/// <param name="Settings">The settings it uses, each both a property of the attribute and of the record.</param>
internal sealed record SolverKind(string Name, string Type, bool AdjointOnly, string? DefaultMemory, params string[] Settings)
{
    public const string Memory = "Memory";
    public const string Damping = "Damping";
    public const string LineSearch = "LineSearch";
    public const string Precondition = "Precondition";
    public const string Picard = "picard";
    public const string Broyden = "broyden";
    public const string NewtonKrylov = "newton_krylov";
    public const string Gmres = "gmres";

    private const string PicardAlias = "fixed_point";

    public static readonly ImmutableArray<SolverKind> All =
    [
        new(Picard, "Picard", AdjointOnly: false, DefaultMemory: null, Damping),
        new("anderson", "Anderson", AdjointOnly: false, DefaultMemory: null, Memory, Damping),
        new(Broyden, "Broyden", AdjointOnly: false, "to keep all", Memory, Damping, LineSearch),
        new(NewtonKrylov, "NewtonKrylov", AdjointOnly: false, "20", Memory),
        new(Gmres, "Gmres", AdjointOnly: true, "not to restart", Memory, Precondition),
    ];

    /// <summary>Why the solver has no such setting, for a message; null where its name says it.</summary>
    public string? WhyNot(string setting) => (Name, setting) switch
    {
        (NewtonKrylov, Damping) => "it decides the length of every step itself, by Newton and pseudo-transient steps",
        (Gmres, Damping) => "each of its iterates is the best in its Krylov space",
        (Picard, Memory) => "it keeps no history",
        _ => null,
    };

    public static IEnumerable<string> Names(bool adjoint) => Of(adjoint).Select(kind => kind.Name).Append(PicardAlias);

    public static SolverKind? Find(string name, bool adjoint) =>
        name == PicardAlias ? All[0] : Of(adjoint).FirstOrDefault(kind => kind.Name == name);

    /// <summary>The solvers that use a setting, for a message.</summary>
    public static string ThatUse(string setting, bool adjoint) =>
        string.Join(", ", Of(adjoint).Where(kind => kind.Settings.Contains(setting)).Select(kind => kind.Name));

    private static IEnumerable<SolverKind> Of(bool adjoint) => All.Where(kind => adjoint || !kind.AdjointOnly);
}
