using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Regularization;

/// <summary>
/// The Jacobian penalty gamma/(M d) sum_m ||eps_m^T J(z*)||^2 (JR eq. 4, appendix A.4), the Hutchinson estimate of ||J||_F^2. z* and the
/// probes are constants in it; it is differentiable in the parameters through a second-order graph of one product per probe.
/// </summary>
internal static class JacobianPenalty
{
    /// <summary>Whether this call draws it: a Bernoulli trial on torch's generator, so that manual_seed repeats it.</summary>
    public static bool Drawn(double frequency)
    {
        if (frequency is 0 or 1) return frequency == 1;
        using var trial = rand(1, ScalarType.Float64, CPU);
        return trial.item<double>() < frequency;
    }

    public static Tensor Of(Tape tape, double gamma, int probes, bool[]? failed = null, Func<Tensor, Tensor>? normal = null)
    {
        using var scope = NewDisposeScope();
        var sum = zeros([], WorkingType.Of(tape.Evaluation.dtype), tape.Evaluation.device);
        for (var m = 0; m < probes; m++) sum = sum + Of(tape, gamma / probes, normal?.Invoke(tape.State) ?? randn_like(tape.State), failed);
        return sum.MoveToOuterDisposeScope();
    }

    /// <param name="tape">f recorded at z*.</param>
    /// <param name="weight">gamma / M.</param>
    /// <param name="probe">eps, shaped like z*.</param>
    /// <param name="failed">Samples whose solve was not finite: they count as zero. B, or null for none.</param>
    internal static Tensor Of(Tape tape, double weight, Tensor probe, bool[]? failed = null)
    {
        using var scope = NewDisposeScope();
        var product = tape.DifferentiableTransposedJacobianTimes(probe);
        if (product is not null && failed is not null)
            product = where(tensor(failed, device: product.device).reshape([failed.Length, .. Enumerable.Repeat(1L, (int)product.dim() - 1)]), zeros_like(product), product);
        var type = WorkingType.Of(probe.dtype);
        // The mean over all elements is the mean over the batch of 1/d times the sum over a sample's states.
        // The mean of nothing is NaN.
        var term = product is null || product.numel() == 0 ? zeros([], type, probe.device) : product.to(type).square().mean() * weight;
        return term.MoveToOuterDisposeScope();
    }
}
