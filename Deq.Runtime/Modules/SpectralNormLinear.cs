using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>y = x W^T + b with a spectrally normalised W.</summary>
public sealed class SpectralNormLinear : SpectralNorm
{
    /// <summary>Starts as <c>nn.Linear</c> does.</summary>
    /// <param name="inputSize">Features in.</param>
    /// <param name="outputSize">Features out.</param>
    /// <param name="hasBias">Whether b is learnt.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="dtype">Their type.</param>
    public SpectralNormLinear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
        : this(nn.Linear(inputSize, outputSize, hasBias, device, dtype)) { }

    private SpectralNormLinear(TorchSharp.Modules.Linear plain) : base(nameof(SpectralNormLinear), plain.weight!, plain.bias) => plain.Dispose();

    /// <summary>x W^T + b.</summary>
    /// <param name="input">... x in.</param>
    /// <returns>... x out.</returns>
    public override Tensor forward(Tensor input) => nn.functional.linear(input, Weight, Bias);
}
