using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>
/// One evaluation of f recorded at a detached z*: the layer's value, every product J^T u of the adjoint solve, the parameters' gradient
/// and the Jacobian penalty read this one tape.
/// </summary>
/// <param name="State">z*, a leaf of the tape.</param>
/// <param name="Evaluation">f(z*; x), with its graph.</param>
/// <param name="Output">What the layer's gradient enters: f(z*; x), or the last of the steps that a phantom or unrolled gradient records.</param>
public readonly record struct Tape(Tensor State, Tensor Evaluation, Tensor Output)
{
    /// <summary>Records f at z*.</summary>
    /// <param name="f">The cell.</param>
    /// <param name="fixedPoint">z*.</param>
    public static Tape Record(Func<Tensor, Tensor> f, Tensor fixedPoint)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(fixedPoint);
        var state = fixedPoint.detach().requires_grad_();
        var output = f(state);
        return new(state, output, output);
    }

    /// <summary>Whether a gradient could be asked for: of an input, or of a parameter of the layer.</summary>
    /// <param name="layer">The layer; null for none.</param>
    /// <param name="inputs">Its inputs.</param>
    public static bool Wanted(nn.Module? layer, params ReadOnlySpan<Tensor?> inputs)
    {
        if (!is_grad_enabled()) return false;
        foreach (var x in inputs) if (x is { requires_grad: true }) return true;
        return layer is not null && layer.parameters().Any(p => p.requires_grad);
    }

    /// <summary>J^T v, shaped like z*.</summary>
    /// <param name="v">Shaped like z*.</param>
    /// <remarks>
    /// By <c>autograd.backward</c> into the leaf and not by <c>autograd.grad</c>: TorchSharp reports a native failure of the former as an
    /// exception, while one in the latter ends the process.
    /// </remarks>
    public Tensor TransposedJacobianTimes(Tensor v)
    {
        if (!Evaluation.requires_grad) return zeros_like(State);
        State.grad = null;
        autograd.backward([Evaluation], [v], retain_graph: true, inputs: [State]);
        var product = State.grad ?? zeros_like(State);
        State.grad = null;
        return product;
    }

    /// <summary>Tries whether the cell can be differentiated twice, by a product that reports a failure as an exception.</summary>
    /// <param name="layer">The layer's name, for the message.</param>
    /// <exception cref="EquilibriumException">It cannot.</exception>
    internal void RequireSecondDerivative(string layer)
    {
        if (!Evaluation.requires_grad) return;
        using var watch = new BackwardFailure.Watch();
        State.grad = null;
        try
        {
            autograd.backward([Evaluation], [ones_like(Evaluation)], retain_graph: true, create_graph: true, inputs: [State]);
        }
        catch (Exception failure)
        {
            var cause = watch.Failure ?? failure;
            throw new EquilibriumException($"{layer}: its Jacobian penalty differentiates the cell twice, and the cell refuses: {cause.Message} "
                + "Where another equilibrium layer is part of the cell, regularise that one and set JacobianGamma = 0 on this, or give that one [Gradient(\"phantom\")].", cause);
        }
        finally
        {
            State.grad = null;
        }
    }

    /// <summary>J^T v with a graph of its own, for a second derivative; null where f does not depend on z.</summary>
    /// <param name="v">Shaped like z*.</param>
    /// <remarks>A tape of a cell that holds equilibrium layers must have passed <see cref="RequireSecondDerivative"/> before: that reports what would end the process in here.</remarks>
    internal Tensor? DifferentiableTransposedJacobianTimes(Tensor v)
    {
        if (!Evaluation.requires_grad) return null;
        var product = autograd.grad([Evaluation], [State], [v], retain_graph: true, create_graph: true, allow_unused: true)[0];
        return product is null || product.IsInvalid ? null : product;
    }
}
