using Deq.Reversible;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Deq.Gradients;

/// <summary>
/// The part of a reversible layer's function that is the same for every layer. Its arguments are those that
/// <see cref="EquilibriumCall.Reverse(Func{Tensor, Tensor[], Tensor}, Tensor, Tensor[])"/> gives: the start, the inputs, the parameters, and last the call.
/// </summary>
public static class ReversibleGradient
{
    private const string CallKey = "call";

    /// <summary>The forward of the function: z_N, which the call has by then.</summary>
    /// <param name="context">The function's context.</param>
    /// <param name="arguments">The start, the inputs, the parameters, the call.</param>
    public static Tensor Forward(AutogradContext context, object[] arguments)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(arguments);
        var pass = ((EquilibriumCall)arguments[^1]).Reversed!;
        var tensors = arguments[..^1].Cast<Tensor>().ToList();
        pass.Wanted = [.. tensors.Select(t => t.requires_grad)];
        var pairs = pass.Pairs;
        context.set_materialize_grads(false);
        // The parameters too: autograd then notices when one was changed before the backward pass.
        context.save_for_backward([.. tensors, .. pairs]);
        context.save_data(CallKey, pass);
        return pass.Value.clone();
    }

    /// <summary>The backward of the function: the exact gradient of the steps taken.</summary>
    /// <param name="context">The function's context.</param>
    /// <param name="gradient">dL/dz_N.</param>
    /// <returns>One gradient per argument, none for the call.</returns>
    public static List<Tensor> Backward(AutogradContext context, Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(context);
        var pass = (ReversiblePass)context.get_data(CallKey);
        List<Tensor> result = [.. Enumerable.Repeat<Tensor>(null!, pass.Wanted.Length + 1)];
        if (gradient is null || gradient.IsInvalid) return result;
        using var scope = NewDisposeScope();
        try
        {
            pass.Settle?.Invoke();
            if (is_grad_enabled())
                throw new EquilibriumException($"{pass.Layer}: a reversible gradient cannot be differentiated again; call backward or grad without create_graph.");
            var saved = context.get_saved_variables();
            var count = pass.Wanted.Length;
            var gradients = pass.Backward(saved.GetRange(count, saved.Count - count), saved.GetRange(0, count), gradient);
            for (var i = 0; i < count; i++) result[i] = gradients[i]?.MoveToOuterDisposeScope()!;
        }
        catch (Exception e)
        {
            var refused = BackwardFailure.Record(pass.Layer, pass.Statistics, gradient, e, tapeFollows: false);
            for (var i = 0; i < pass.Wanted.Length; i++) result[i] = pass.Wanted[i] ? refused.alias().MoveToOuterDisposeScope() : null!;
        }
        finally
        {
            gradient.Dispose();
        }
        return result;
    }
}
