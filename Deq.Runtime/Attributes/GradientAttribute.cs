namespace Deq;

/// <summary>
/// How the layer is differentiated: <c>implicit</c> (the default), <c>phantom</c>, <c>neumann</c>, <c>jacobian_free</c>, <c>shine</c> or <c>unrolled</c>;
/// see <see cref="GradientMode"/>.
/// </summary>
/// <param name="mode">The mode's name, in lower case.</param>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// [Gradient("phantom", Steps = 5, Damping = 0.5)]
/// </code>
/// What is emitted: <c>DeclaredOptions = new() { Gradient = GradientMode.Phantom, GradientSteps = 5, GradientDamping = 0.5 }</c>.
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GradientAttribute(string mode) : Attribute
{
    /// <summary>The mode's name.</summary>
    public string Mode { get; } = mode;

    /// <summary><c>phantom</c>, <c>neumann</c>: k, at least 1. Default <see cref="EquilibriumDefaults.GradientSteps"/>.</summary>
    public int Steps { get; set; } = EquilibriumDefaults.GradientSteps;

    /// <summary><c>phantom</c>, <c>neumann</c>: t, in (0, 1]. Default <see cref="EquilibriumDefaults.GradientDamping"/>.</summary>
    public double Damping { get; set; } = EquilibriumDefaults.GradientDamping;

    /// <summary><c>shine</c>: most vector-Jacobian products that refine it, not negative. Default <see cref="EquilibriumDefaults.GradientRefinement"/>.</summary>
    public int Refine { get; set; } = EquilibriumDefaults.GradientRefinement;
}
