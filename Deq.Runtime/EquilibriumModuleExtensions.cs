using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>What a model made of equilibrium layers can be asked.</summary>
public static class EquilibriumModuleExtensions
{
    /// <summary>The equilibrium layers in a model, the model itself included.</summary>
    /// <param name="model">Any module.</param>
    public static IEnumerable<IEquilibriumLayer> EquilibriumLayers(this nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        // modules() leaves out the module itself on some versions, and may name a shared one twice.
        return model.modules().Prepend(model).OfType<IEquilibriumLayer>().Distinct();
    }

    /// <summary>
    /// The sum of the Jacobian penalties that the layers of a model drew since their last backward pass, gamma, frequency and probes
    /// applied; zero where none was drawn, as in eval mode. A scalar to add to the loss.
    /// </summary>
    /// <param name="model">Any module.</param>
    public static Tensor JacobianPenalty(this nn.Module model)
    {
        using var scope = NewDisposeScope();
        var terms = model.EquilibriumLayers().SelectMany(layer => layer.State.Penalties.Read()).ToArray();
        if (terms.Length == 0) return (model.parameters().FirstOrDefault() is { } like ? zeros([], like.dtype, like.device) : zeros([])).MoveToOuterDisposeScope();
        var sum = terms[0].alias();
        foreach (var term in terms.AsSpan(1)) sum = sum + term;
        return sum.MoveToOuterDisposeScope();
    }
}
