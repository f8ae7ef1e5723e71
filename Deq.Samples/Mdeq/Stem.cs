using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>
/// From an image to the features that are injected: two 3 x 3 convolutions, each halving the resolution where the settings ask for it.
/// It stands outside the solve, so batch statistics are allowed in it.
/// </summary>
internal sealed class Stem : nn.Module<Tensor, Tensor>
{
    public const int MostDownsamplings = 2;

    private readonly Sequential layers;

    public Stem(MdeqSettings settings) : base(nameof(Stem))
    {
        int channels = settings.Channels[0];
        layers = nn.Sequential(
            Blocks.Convolution3(settings.Input.Channels, channels, stride: settings.Downsamplings > 0 ? 2 : 1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            Blocks.Convolution3(channels, channels, stride: settings.Downsamplings > 1 ? 2 : 1),
            nn.BatchNorm2d(channels),
            nn.ReLU());
        RegisterComponents();
    }

    public override Tensor forward(Tensor image) => layers.call(image);
}
