using Deq.Samples.Mdeq;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>Between stages, a pre-activation block that halves the resolution (He et al. 2016): two 3 x 3 convolutions beside a 1 x 1 one.</summary>
internal sealed class DownsamplingBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential path;
    private readonly nn.Module<Tensor, Tensor> shortcut;

    public DownsamplingBlock(long from, long to) : base(nameof(DownsamplingBlock))
    {
        path = nn.Sequential(
            nn.BatchNorm2d(from), nn.ReLU(), Blocks.Convolution3(from, to, stride: 2),
            nn.BatchNorm2d(to), nn.ReLU(), Blocks.Convolution3(to, to));
        shortcut = Blocks.Convolution1(from, to, stride: 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => path.call(input) + shortcut.call(input);
}
