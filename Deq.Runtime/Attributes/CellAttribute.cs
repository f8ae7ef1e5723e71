namespace Deq;

/// <summary>
/// Marks the method f(z; x) whose fixed point the layer computes. Its return type names the states (a <c>Tensor</c>, or a tuple of
/// them); its first parameters are those states; the rest are the inputs, injected at every evaluation.
/// </summary>
/// <remarks>
/// Every state is <c>B x ...</c>: dimension 0 is the batch, and each sample has a fixed point of its own. The cell returns the shapes
/// that it is given. It is called many times in a solve and must be deterministic over it: use <c>VariationalDropout</c>, not dropout.
/// </remarks>
/// <example>
/// <code>
/// [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image) { ... }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CellAttribute : Attribute;
