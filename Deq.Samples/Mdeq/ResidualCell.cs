using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>
/// The papers' cell (Bai, Koltun, Kolter 2020, figure 2): a residual block per scale, then every scale gets the sum of all, resampled and
/// normalised, then activation, 1 x 1 convolution and GroupNorm. The input is injected at the highest resolution only.
/// </summary>
internal sealed class ResidualCell : MultiscaleCell
{
    private readonly ModuleList<ResidualBranch> branches = [];
    private readonly ModuleList<Resampler> fusions = [];
    private readonly ModuleList<nn.Module<Tensor, Tensor>> outputs = [];
    private readonly ModuleList<nn.Module<Tensor, Tensor>> norms = [];
    private readonly Func<Tensor, Tensor> activation;

    public ResidualCell(MdeqSettings settings) : base(nameof(ResidualCell))
    {
        activation = Blocks.Of(settings.Activation);
        IReadOnlyList<int> channels = settings.Channels;
        for (int scale = 0; scale < channels.Count; scale++)
        {
            branches.Add(new ResidualBranch(settings, channels[scale]));
            outputs.Add(Blocks.Convolution1(channels[scale], channels[scale], settings.WeightNorm));
            norms.Add(Blocks.Norm(settings.Groups, channels[scale], affine: false));
            for (int other = 0; other < channels.Count; other++)
                if (other != scale) fusions.Add(new Resampler(settings, other, scale, normalised: true));
        }

        RegisterComponents();
    }

    /// <summary>The features at the highest resolution, zeros that tell the shape below it.</summary>
    public override Tensor[] Inject(Tensor features)
    {
        var injected = new Tensor[branches.Count];
        injected[0] = features;
        (long height, long width) = (features.shape[2], features.shape[3]);
        for (int scale = 1; scale < injected.Length; scale++)
        {
            // As a 3 x 3 convolution of stride 2 with one row of padding rounds.
            (height, width) = ((height + 1) / 2, (width + 1) / 2);
            injected[scale] = zeros([features.shape[0], branches[scale].Channels, height, width], features.dtype, features.device);
        }

        return injected;
    }

    public override Tensor[] forward(Tensor[] states, Tensor[] injected)
    {
        var blocks = new Tensor[states.Length];
        for (int scale = 0; scale < states.Length; scale++) blocks[scale] = branches[scale].call(states[scale], scale == 0 ? injected[0] : null);

        var next = new Tensor[states.Length];
        for (int scale = 0, fusion = 0; scale < states.Length; scale++)
        {
            Tensor sum = blocks[scale];
            for (int other = 0; other < states.Length; other++)
                if (other != scale) sum = sum + fusions[fusion++].To(blocks[other], states[scale].shape[2], states[scale].shape[3]);
            next[scale] = norms[scale].call(outputs[scale].call(activation(sum)));
        }

        return next;
    }
}
