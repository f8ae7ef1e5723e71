using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>
/// The unrolled phantom gradient: k steps z &lt;- t f(z) + (1 - t) z from the fixed point, on the tape (Geng, Zhang, Bai, Wang, Lin 2021).
/// Its bias against the implicit gradient falls with k. The layer's value stays f(z*), the first of the evaluations: in eval mode, where there
/// is nothing to differentiate, it is the same.
/// </summary>
internal static class Phantom
{
    public static Tape Record(Func<Tensor, Tensor> f, Tensor fixedPoint, GradientSettings gradient, bool penalised)
    {
        var state = fixedPoint.detach();
        // Only the penalty differentiates by z*.
        if (penalised) state.requires_grad_();
        var output = f(state);
        return new(state, output, Steps(f, state.detach(), output, gradient));
    }

    private static Tensor Steps(Func<Tensor, Tensor> f, Tensor start, Tensor first, GradientSettings gradient)
    {
        var t = gradient.Damping;
        var z = first * t + start * (1 - t);
        using var repetition = EquilibriumCall.Repeat();
        for (var k = 1; k < gradient.Steps; k++) z = f(z) * t + z * (1 - t);
        return z;
    }
}
