using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Regularization;

/// <summary>
/// A penalty that rides along with a layer's value: the value passes unchanged, and the first backward pass that reaches one of its tensors
/// hands the penalty its weight.
/// </summary>
internal sealed class AttachedPenalty
{
    private int passed;

    /// <summary>The value, whose gradient brings that of the penalty along.</summary>
    /// <param name="value">A state's value.</param>
    /// <param name="penalty">The penalty, its weight applied; a scalar with a graph.</param>
    public Tensor Carry(Tensor value, Tensor penalty) => Function.apply(value, penalty, this);

    // Once per forward, whatever of its value the loss uses and however often it is differentiated.
    private bool IsFirst => Interlocked.Exchange(ref passed, 1) == 0;

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        private const string Key = "penalty";

        public override string Name => "Deq.AttachedPenalty";

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.set_materialize_grads(false);
            ctx.save_for_backward([(Tensor)vars[1]]);
            ctx.save_data(Key, (AttachedPenalty)vars[2]);
            return ((Tensor)vars[0]).detach();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            if (grad_output is null || grad_output.IsInvalid) return [null!, null!, null!];
            var penalty = ctx.get_saved_variables()[0];
            return [grad_output, ((AttachedPenalty)ctx.get_data(Key)).IsFirst ? ones_like(penalty) : null!, null!];
        }
    }
}
