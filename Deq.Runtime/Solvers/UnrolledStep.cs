using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>A solver's step on a tape.</summary>
internal static class UnrolledStep
{
    /// <summary>The value of the one with the derivative of the other, which differ by rounding alone.</summary>
    /// <param name="value">What the method computed, on no tape.</param>
    /// <param name="formula">The same, on the tape.</param>
    public static Tensor WithDerivative(Tensor value, Tensor formula) => value + (formula - formula.detach());
}
