namespace Deq;

/// <summary>
/// Makes the class an equilibrium layer: its output is the fixed point z* = f(z*; x) of its <see cref="CellAttribute">cell</see>,
/// found by a solver and differentiated by the implicit function theorem (Bai, Kolter, Koltun 2019, theorem 1).
/// </summary>
/// <remarks>
/// The class is <c>partial</c>, derives from <c>torch.nn.Module&lt;..., ...&gt;</c> and has one <c>[Cell]</c>. The compiler writes
/// <c>forward</c>, <c>Solve</c>, <c>Options</c>, <c>Statistics</c> and the autograd function of the implicit gradient.
/// </remarks>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// public sealed partial class Layer : Module&lt;Tensor, Tensor&gt;
/// {
///     private readonly Linear linear;
///     public Layer(long width) : base(nameof(Layer)) { linear = Linear(width, width); RegisterComponents(); }
///
///     [Cell] private Tensor Step(Tensor z, Tensor x) =&gt; tanh(linear.call(z) + x);
/// }
/// </code>
/// What is emitted: <c>public override Tensor forward(Tensor x)</c> and
/// <c>public EquilibriumResult&lt;Tensor&gt; Solve(Tensor x, Tensor? initial = null, EquilibriumOptions? options = null)</c>.
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EquilibriumLayerAttribute : Attribute;
