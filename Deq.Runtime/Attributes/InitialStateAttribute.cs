namespace Deq;

/// <summary>
/// Marks the method that gives z_0 from the layer's inputs. Without one, a layer of a single state starts from zeros shaped like its
/// first input; a layer of several states must have one.
/// </summary>
/// <example>
/// <code>
/// [InitialState] private (Tensor High, Tensor Low) Start(Tensor image) =&gt; (image.new_zeros(...), image.new_zeros(...));
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class InitialStateAttribute : Attribute;
