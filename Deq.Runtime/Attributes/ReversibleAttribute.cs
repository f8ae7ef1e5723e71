using TorchSharp;

namespace Deq;

/// <summary>
/// Makes the layer reversible (McCallum, Arora, Foster 2025): its value is z_N of the coupled iteration
/// y' = (1 - b) y + b f(z), z' = (1 - b) z + b f(y'), and its gradient is exact for these N steps, in memory that does not grow with N
/// but for a pair (y, z) kept every few steps. No solver, no adjoint solve.
/// </summary>
/// <param name="beta">b, in (0, 2) and not 1; converges for a k-Lipschitz f, k below 1, when b is below 2/(1 + k). The authors use 0.5 to 0.8.</param>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// [Reversible(beta: 0.8, Steps = 8)]
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ReversibleAttribute(double beta) : Attribute
{
    /// <summary>b.</summary>
    public double Beta { get; } = beta;

    /// <summary>N, at least 1; two evaluations of f each. Default <see cref="EquilibriumDefaults.ReversibleSteps"/>.</summary>
    public int Steps { get; set; } = EquilibriumDefaults.ReversibleSteps;

    /// <summary>A sample whose relative residual meets it, after one step or more, takes no further one; positive. Default: all steps are taken.</summary>
    public double Tolerance { get; set; }

    /// <summary>The type in which y and z are kept and added, one of real floating point. Default: float64, whatever f computes in.</summary>
    public torch.ScalarType StateType { get; set; } = torch.ScalarType.Float64;

    /// <summary>A pair (y, z) is kept every so many steps; 0 keeps none. Default: the most for which a gradient in float64 keeps nine digits and one in float32 all of its own.</summary>
    public int KeepEvery { get; set; }
}
