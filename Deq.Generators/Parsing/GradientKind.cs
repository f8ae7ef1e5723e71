namespace Deq.Generators.Parsing;

/// <summary>A way to differentiate a layer that <c>[Gradient]</c> can name.</summary>
/// <param name="Name">Its name in the attribute.</param>
/// <param name="Member">Its member in the runtime's enumeration.</param>
/// <param name="HasSteps">Whether it uses the attribute's steps and damping.</param>
internal sealed record GradientKind(string Name, string Member, bool HasSteps)
{
    public const string Unrolled = "unrolled";

    public static readonly GradientKind Implicit = new("implicit", "Implicit", HasSteps: false);

    public static readonly ImmutableArray<GradientKind> All =
    [
        Implicit,
        new("phantom", "Phantom", HasSteps: true),
        new("neumann", "Neumann", HasSteps: true),
        new("jacobian_free", "JacobianFree", HasSteps: false),
        new("shine", "Shine", HasSteps: false),
        new(Unrolled, "Unrolled", HasSteps: false),
    ];

    public static IEnumerable<string> Names => All.Select(kind => kind.Name);

    public static GradientKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
