namespace Deq;

/// <summary>
/// Marks the method f(z; x) whose fixed point the layer computes. Its return type names the states (a <c>Tensor</c>, or a tuple of
/// them); its first parameters are those states; the rest are the inputs, injected at every evaluation.
/// </summary>
/// <remarks>
/// Every state is <c>B x ...</c>: dimension 0 is the batch, and each sample has a fixed point of its own. The cell returns the shapes
/// that it is given. It is called many times in a solve and must be deterministic over it: use <c>VariationalDropout</c>, not dropout.
/// Inputs are of any type. The layer knows those that are tensors, or arrays, lists, dictionaries by name or tuples of them
/// (<see cref="InputTensors"/>). What a type of one's own holds it does not: where all parameters are frozen such a tensor alone makes no tape, of
/// a reversible layer it gets no gradient, and a sample whose solve is not finite is not replaced in it.
/// </remarks>
/// <example>
/// <code>
/// [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image) { ... }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CellAttribute : Attribute;
