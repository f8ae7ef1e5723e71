using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>The explicit twin: layers of the same kind, each with weights of its own, applied one after the other.</summary>
internal sealed class StackedBody : SequenceBody
{
    private readonly ModuleList<Layer> layers;

    public StackedBody(ModelSettings settings) : base(nameof(StackedBody))
    {
        layers = new ModuleList<Layer>([.. Enumerable.Range(0, settings.ExplicitLayers).Select(_ => new Layer(settings))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor state = words;
        foreach (Layer layer in layers) state = layer.call(state);
        return state.MoveToOuterDisposeScope();
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly RelativePositions positions;
        private readonly RelativeAttention attention;
        private readonly FeedForward feedForward;
        private readonly LayerNorm attentionNorm, feedForwardNorm;
        private readonly NormPlacement norm;

        public Layer(ModelSettings settings) : base(nameof(Layer))
        {
            norm = settings.Norm;
            positions = new RelativePositions(settings.Width, settings.Heads, settings.WeightNorm);
            attention = new RelativeAttention(settings.Width, settings.Heads, settings.WeightNorm);
            feedForward = new FeedForward(settings.Width, settings.FeedForward, settings.WeightNorm);
            attentionNorm = nn.LayerNorm(settings.Width, elementwise_affine: false);
            feedForwardNorm = nn.LayerNorm(settings.Width, elementwise_affine: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor state)
        {
            Tensor distances = positions.call(state.shape[1]);
            if (norm == NormPlacement.Pre)
            {
                Tensor attended = state + attention.call(attentionNorm.call(state), distances, null);
                return attended + feedForward.call(feedForwardNorm.call(attended));
            }

            Tensor hidden = attentionNorm.call(state + attention.call(state, distances, null));
            return feedForwardNorm.call(hidden + feedForward.call(hidden));
        }
    }
}
