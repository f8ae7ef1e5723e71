using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Deq.Gradients;

/// <summary>
/// The part of a layer's implicit-gradient function that is the same for every layer. Its arguments are the tape's output, the tape's
/// state and the <see cref="EquilibriumCall"/>; its value is the output, and its backward turns g = dL/dz* into u = (I - J^T)^-1 g, which
/// autograd then carries through the taped cell to inputs and parameters.
/// </summary>
public static class ImplicitGradient
{
    private const string AdjointKey = "adjoint", WidthsKey = "widths";

    /// <summary>The forward of the function.</summary>
    /// <param name="context">The function's context.</param>
    /// <param name="arguments">What is recorded, the leaf z*, the call.</param>
    /// <returns>f(z*); of a sample that failed, its last finite iterate.</returns>
    public static Tensor Forward(AutogradContext context, object[] arguments)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(arguments);
        Tensor recorded = (Tensor)arguments[0], state = (Tensor)arguments[1];
        var call = (EquilibriumCall)arguments[2];
        var (adjoint, output) = (call.Adjoint, call.Evaluation ?? recorded);
        context.set_materialize_grads(false);
        // The inverse of the forward solve lives and dies with the tape, so that a graph that is retained keeps it and no other does.
        var inverse = call.TakeInverse();
        context.save_for_backward(inverse is null ? [recorded, state] : [recorded, state, inverse.Vectors, inverse.Transform]);
        context.save_data(AdjointKey, adjoint);
        if (inverse is not null) context.save_data(WidthsKey, inverse.Widths);
        if (adjoint.Failed is null || call.LastFinite is null) return output.detach();
        var failed = tensor(adjoint.Failed, device: output.device).reshape([output.shape[0], .. Enumerable.Repeat(1L, (int)output.dim() - 1)]);
        return where(failed, call.LastFinite, output.detach());
    }

    /// <summary>The backward of the function.</summary>
    /// <param name="context">The function's context.</param>
    /// <param name="gradient">g = dL/dz*, shaped like z*.</param>
    /// <returns>u for the output; nothing for the state and the call.</returns>
    /// <remarks>
    /// TorchSharp ends the process when an exception leaves a backward. So none does: it is recorded, and what is returned instead makes the
    /// engine raise an error of its own. <see cref="BackwardExtensions.BackwardOrThrow"/> then throws the original.
    /// </remarks>
    public static List<Tensor> Backward(AutogradContext context, Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(context);
        // One gradient per argument, none for the state and the call.
        List<Tensor> result = [null!, null!, null!];
        if (gradient is null || gradient.IsInvalid) return result;
        using var scope = NewDisposeScope();
        var adjoint = (Adjoint)context.get_data(AdjointKey);
        try
        {
            adjoint.Settle?.Invoke();
            if (is_grad_enabled() && !adjoint.Gradient.IsTaped)
                throw new EquilibriumException($"{adjoint.Layer}: an implicit gradient cannot be differentiated again; call backward or grad without create_graph.");
            var saved = context.get_saved_variables();
            var inverse = saved.Count > 2 ? new Solvers.BroydenInverse(saved[2], saved[3], (int[])context.get_data(WidthsKey)) : null;
            result[0] = adjoint.Solve(saved[1], saved[0], gradient, inverse).MoveToOuterDisposeScope();
        }
        catch (Exception e)
        {
            result[0] = BackwardFailure.Record(adjoint.Layer, adjoint.Statistics, gradient, e, tapeFollows: true).MoveToOuterDisposeScope();
        }
        finally
        {
            gradient.Dispose();
        }
        return result;
    }
}
