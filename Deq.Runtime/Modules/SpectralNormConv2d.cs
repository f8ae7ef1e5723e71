using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>A 2-d convolution with spectrally normalised kernels.</summary>
public sealed class SpectralNormConv2d : SpectralNorm
{
    private readonly long stride, padding, dilation, groups;

    /// <summary>Starts as <c>nn.Conv2d</c> does.</summary>
    /// <param name="inputChannels">Channels in.</param>
    /// <param name="outputChannels">Channels out.</param>
    /// <param name="kernelSize">Height and width of a kernel.</param>
    /// <param name="stride">Stride in both directions.</param>
    /// <param name="padding">Zeros on all sides.</param>
    /// <param name="dilation">Distance of taps.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="hasBias">Whether a bias is learnt.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="dtype">Their type.</param>
    public SpectralNormConv2d(long inputChannels, long outputChannels, long kernelSize, long stride = 1, long padding = 0, long dilation = 1,
        long groups = 1, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
        : this(nn.Conv2d(inputChannels, outputChannels, kernelSize, stride, padding, dilation, groups: groups, bias: hasBias, device: device, dtype: dtype))
    {
        (this.stride, this.padding, this.dilation, this.groups) = (stride, padding, dilation, groups);
    }

    private SpectralNormConv2d(TorchSharp.Modules.Conv2d plain) : base(nameof(SpectralNormConv2d), plain.weight!, plain.bias) => plain.Dispose();

    /// <summary>The convolution.</summary>
    /// <param name="input">B x C x H x W.</param>
    public override Tensor forward(Tensor input) =>
        nn.functional.conv2d(input, Weight, Bias, [stride, stride], [padding, padding], [dilation, dilation], groups);
}
