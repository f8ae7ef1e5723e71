using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>A 1-d convolution with spectrally normalised kernels.</summary>
public sealed class SpectralNormConv1d : SpectralNorm
{
    private readonly long stride, padding, dilation, groups;

    /// <summary>Starts as <c>nn.Conv1d</c> does.</summary>
    /// <param name="inputChannels">Channels in.</param>
    /// <param name="outputChannels">Channels out.</param>
    /// <param name="kernelSize">Taps.</param>
    /// <param name="stride">Stride.</param>
    /// <param name="padding">Zeros on both sides.</param>
    /// <param name="dilation">Distance of taps.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="hasBias">Whether a bias is learnt.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="dtype">Their type.</param>
    public SpectralNormConv1d(long inputChannels, long outputChannels, long kernelSize, long stride = 1, long padding = 0, long dilation = 1,
        long groups = 1, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
        : this(nn.Conv1d(inputChannels, outputChannels, kernelSize, stride, padding, dilation, groups: groups, bias: hasBias, device: device, dtype: dtype))
    {
        (this.stride, this.padding, this.dilation, this.groups) = (stride, padding, dilation, groups);
    }

    private SpectralNormConv1d(TorchSharp.Modules.Conv1d plain) : base(nameof(SpectralNormConv1d), plain.weight!, plain.bias) => plain.Dispose();

    /// <summary>The convolution.</summary>
    /// <param name="input">B x C x L.</param>
    public override Tensor forward(Tensor input) => nn.functional.conv1d(input, Weight, Bias, stride, padding, dilation, groups);
}
