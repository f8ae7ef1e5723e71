namespace Deq.Generators.Parsing;

/// <summary>A way to differentiate a layer that <c>[Gradient]</c> can name.</summary>
/// <param name="Name">Its name in the attribute.</param>
/// <param name="Member">Its member in the runtime's enumeration.</param>
/// <param name="Settings">The attribute's settings that it uses.</param>
internal sealed record GradientKind(string Name, string Member, params string[] Settings)
{
    public const string Steps = "Steps";
    public const string Damping = "Damping";
    public const string Refine = "Refine";
    public const string Phantom = "phantom";
    public const string Neumann = "neumann";
    public const string JacobianFree = "jacobian_free";
    public const string Shine = "shine";
    public const string Unrolled = "unrolled";

    public static readonly GradientKind Implicit = new("implicit", "Implicit");

    public static readonly ImmutableArray<GradientKind> All =
    [
        Implicit,
        new(Phantom, "Phantom", Steps, Damping),
        new(Neumann, "Neumann", Steps, Damping),
        new(JacobianFree, "JacobianFree"),
        new(Shine, "Shine", Refine),
        new(Unrolled, "Unrolled"),
    ];

    public static IEnumerable<string> Names => All.Select(kind => kind.Name);

    public static GradientKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The gradients that use a setting, for a message.</summary>
    public static string ThatUse(string setting) => string.Join(", ", All.Where(kind => kind.Settings.Contains(setting)).Select(kind => kind.Name));
}
