using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>One step of Adam for one parameter (Kingma and Ba 2015, algorithm 1), by seven passes over memory and one temporary.</summary>
internal static class AdamUpdate
{
    private static readonly Op
        _mul = new("mul_.Scalar"),
        _addScaled = new("add_.Tensor"),
        _addcmul = new("addcmul_"),
        _maximumInto = new("maximum.out"),
        _sqrt = new("sqrt"),
        _add = new("add_.Scalar"),
        _addcdiv = new("addcdiv_");

    /// <param name="mean">m, the running mean of the gradient.</param>
    /// <param name="square">v, the running mean of its square.</param>
    /// <param name="largest">The largest v so far, which AMSGrad divides by; null without it.</param>
    /// <param name="step">The number of this step, from 1.</param>
    public static void Apply(
        Parameter parameter, Tensor gradient, Tensor mean, Tensor square, Tensor? largest, long step,
        double rate, double beta1, double beta2, double eps)
    {
        // Two passes, and still a quarter of the time that libtorch 1.13 takes for the one of lerp_.
        _mul.Do(mean, beta1);
        _addScaled.Do(mean, gradient, 1 - beta1);
        _mul.Do(square, beta2);
        _addcmul.Do(square, gradient, gradient, 1 - beta2);
        if (largest is not null) _maximumInto.Do(largest, square, largest);

        // m / c1 / (sqrt(v / c2) + eps) = (sqrt(c2) / c1) m / (sqrt(v) + sqrt(c2) eps): one pass less over the parameter.
        var correction = Math.Sqrt(1 - Math.Pow(beta2, step));
        using var divisor = _sqrt.Call(largest ?? square);
        _add.Do(divisor, correction * eps);
        _addcdiv.Do(parameter, mean, divisor, -rate * correction / (1 - Math.Pow(beta1, step)));
    }
}
