using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>y = x W^T + b with a weight-normalised W.</summary>
public sealed class WeightNormLinear : WeightNorm
{
    /// <summary>Starts as <c>nn.Linear</c> does: the two compute the same until the first step.</summary>
    /// <param name="inputSize">Features in.</param>
    /// <param name="outputSize">Features out.</param>
    /// <param name="hasBias">Whether b is learnt.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="dtype">Their type.</param>
    public WeightNormLinear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
        : this(nn.Linear(inputSize, outputSize, hasBias, device, dtype)) { }

    private WeightNormLinear(TorchSharp.Modules.Linear plain) : base(nameof(WeightNormLinear), plain.weight!, plain.bias) => plain.Dispose();

    /// <summary>x W^T + b.</summary>
    /// <param name="input">... x in.</param>
    /// <returns>... x out.</returns>
    public override Tensor forward(Tensor input) => nn.functional.linear(input, Weight, Bias);
}
