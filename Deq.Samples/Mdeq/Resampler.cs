using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>
/// Brings the state of one scale to the resolution and channels of another: downwards by 3 x 3 convolutions of stride 2, upwards by a 1 x 1
/// convolution and nearest-neighbour upsampling (Bai, Koltun, Kolter 2020, figure 2).
/// </summary>
internal sealed class Resampler : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> convolutions = [];
    private readonly ModuleList<nn.Module<Tensor, Tensor>> norms = [];
    private readonly Func<Tensor, Tensor> activation;
    private readonly bool upwards;

    /// <param name="settings">Of the model.</param>
    /// <param name="from">Scale of the state.</param>
    /// <param name="to">Scale to bring it to.</param>
    /// <param name="normalised">Whether group normalisation follows every convolution.</param>
    public Resampler(MdeqSettings settings, int from, int to, bool normalised) : base(nameof(Resampler))
    {
        activation = Blocks.Of(settings.Activation);
        upwards = from > to;
        int given = settings.Channels[from], wanted = settings.Channels[to];
        if (upwards)
        {
            Add(Blocks.Convolution1(given, wanted), wanted);
        }
        else
        {
            for (int step = from + 1; step <= to; step++)
            {
                int channels = step == to ? wanted : given;
                Add(Blocks.Convolution3(given, channels, stride: 2), channels);
            }
        }

        RegisterComponents();

        void Add(nn.Module<Tensor, Tensor> convolution, int channels)
        {
            convolutions.Add(convolution);
            norms.Add(normalised ? Blocks.Norm(settings.Groups, channels) : nn.Identity());
        }
    }

    /// <param name="state">B x C x H x W.</param>
    public override Tensor forward(Tensor state) => To(state, state.shape[2], state.shape[3]);

    /// <param name="state">B x C x H x W.</param>
    /// <param name="height">Height of the other scale. Halving rounds up, so doubling may give a row too many.</param>
    /// <param name="width">Width of the other scale.</param>
    public Tensor To(Tensor state, long height, long width)
    {
        for (int i = 0; i < convolutions.Count; i++)
        {
            state = norms[i].call(convolutions[i].call(state));
            if (i < convolutions.Count - 1) state = activation(state);
        }

        return upwards ? nn.functional.interpolate(state, [height, width]) : state;
    }
}
