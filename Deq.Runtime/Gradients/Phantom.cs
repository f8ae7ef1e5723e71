using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>
/// The unrolled phantom gradient: k steps z &lt;- t f(z) + (1 - t) z from the fixed point, on the tape (Geng, Zhang, Bai, Wang, Lin 2021).
/// Its bias against the implicit gradient falls with k. The layer's value stays f(z*), the first of the evaluations: in eval mode, where there
/// is nothing to differentiate, it is the same.
/// </summary>
internal static class Phantom
{
    /// <param name="f">The cell.</param>
    /// <param name="fixedPoint">z*.</param>
    /// <param name="gradient">Its steps and damping.</param>
    /// <param name="penalised">Whether a penalty differentiates by z*.</param>
    /// <param name="resting">Samples that failed, B x 1 ...: they take no step and have no gradient. Null for none.</param>
    public static Tape Record(Func<Tensor, Tensor> f, Tensor fixedPoint, GradientSettings gradient, bool penalised, Tensor? resting = null)
    {
        var state = fixedPoint.detach();
        // Only the penalty differentiates by z*.
        if (penalised) state.requires_grad_();
        var output = f(state);
        return new(state, output, Steps(f, state.detach(), output, gradient, resting));
    }

    private static Tensor Steps(Func<Tensor, Tensor> f, Tensor start, Tensor first, GradientSettings gradient, Tensor? resting)
    {
        var t = gradient.Damping;
        Tensor Next(Tensor image, Tensor z)
        {
            var next = image * t + z * (1 - t);
            return resting is null ? next : where(resting, start, next);
        }

        var z = Next(first, start);
        using var repetition = EquilibriumCall.Repeat();
        for (var k = 1; k < gradient.Steps; k++)
        {
            // What a step computed on the way and the tape does not need goes with it.
            using var step = NewDisposeScope();
            z = Next(f(z), z).MoveToOuterDisposeScope();
        }

        return z;
    }
}
