namespace Deq.Generators.Parsing;

/// <summary>A solver that attributes can name.</summary>
/// <param name="Name">Its name in <c>[Solver(name)]</c>.</param>
/// <param name="Type">The runtime's record of its settings, in <see cref="RuntimeNames.Solvers"/>.</param>
/// <param name="DefaultMemory">Its default memory in words; null for the constant of the runtime.</param>
/// <param name="Settings">The settings it uses, each both a property of the attribute and of the record.</param>
internal sealed record SolverKind(string Name, string Type, string? DefaultMemory, params string[] Settings)
{
    public const string Memory = "Memory";
    public const string Damping = "Damping";

    public static readonly ImmutableArray<SolverKind> All =
    [
        new("picard", "Picard", null, Damping),
        new("anderson", "Anderson", null, Memory, Damping),
        new("broyden", "Broyden", "to keep all", Memory),
    ];

    private const string PicardAlias = "fixed_point";

    public static IEnumerable<string> Names => All.Select(kind => kind.Name).Append(PicardAlias);

    public static SolverKind? Find(string name) => name == PicardAlias ? All[0] : All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The solvers that use a setting, for a message.</summary>
    public static string ThatUse(string setting) => string.Join(", ", All.Where(kind => kind.Settings.Contains(setting)).Select(kind => kind.Name));
}
