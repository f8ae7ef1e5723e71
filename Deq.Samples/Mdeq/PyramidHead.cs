using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>
/// The papers' head: a bottleneck per scale to four times its head channels, the scales summed from the finest down by convolutions of
/// stride 2, a 1 x 1 convolution to the final channels, pooling, a linear map (as HRNet's: Wang et al. 2020, figure 4c).
/// </summary>
internal sealed class PyramidHead : nn.Module<Tensor[], Tensor>
{
    private const int Expansion = 4;

    private readonly ModuleList<Bottleneck> bottlenecks = [];
    private readonly ModuleList<Sequential> downwards = [];
    private readonly Sequential final;
    private readonly Linear linear;

    public PyramidHead(MdeqSettings settings) : base(nameof(PyramidHead))
    {
        IReadOnlyList<int> widths = settings.HeadChannels!;
        for (int scale = 0; scale < widths.Count; scale++)
        {
            bottlenecks.Add(new Bottleneck(settings.Channels[scale], widths[scale]));
            if (scale > 0) downwards.Add(Normalised(nn.Conv2d(Expansion * widths[scale - 1], Expansion * widths[scale], 3, stride: 2, padding: 1), Expansion * widths[scale]));
        }

        final = Normalised(nn.Conv2d(Expansion * widths[^1], settings.FinalChannels, 1), settings.FinalChannels);
        linear = nn.Linear(settings.FinalChannels, settings.Classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] states)
    {
        Tensor features = bottlenecks[0].call(states[0]);
        for (int scale = 1; scale < states.Length; scale++) features = bottlenecks[scale].call(states[scale]) + downwards[scale - 1].call(features);
        return linear.call(final.call(features).mean([2, 3]));
    }

    private static Sequential Normalised(nn.Module<Tensor, Tensor> convolution, long channels) =>
        nn.Sequential(convolution, nn.BatchNorm2d(channels), nn.ReLU());

    /// <summary>1 x 1, 3 x 3 and 1 x 1 convolutions beside a 1 x 1 one (He et al. 2016, figure 5).</summary>
    private sealed class Bottleneck : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential path, shortcut;

        public Bottleneck(long channels, long width) : base(nameof(Bottleneck))
        {
            path = nn.Sequential(
                Blocks.Convolution1(channels, width), nn.BatchNorm2d(width), nn.ReLU(),
                Blocks.Convolution3(width, width), nn.BatchNorm2d(width), nn.ReLU(),
                Blocks.Convolution1(width, Expansion * width), nn.BatchNorm2d(Expansion * width));
            shortcut = nn.Sequential(Blocks.Convolution1(channels, Expansion * width), nn.BatchNorm2d(Expansion * width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor state) => nn.functional.relu(path.call(state) + shortcut.call(state));
    }
}
