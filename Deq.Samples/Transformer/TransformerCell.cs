using Deq.Modules;
using Deq.Samples.Language;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>What a Transformer block is given beside its state; none of it changes over a solve.</summary>
/// <param name="Words">The words as vectors, B x T x D.</param>
/// <param name="Injection">The words mapped to what is added to queries, keys and values, B x T x 3D; null for none.</param>
/// <param name="Distances">What <see cref="RelativePositions"/> gives for M + T.</param>
/// <param name="Memory">Keys and values of the M words before, B x M x 2D; null for none.</param>
internal readonly record struct BlockInputs(Tensor Words, Tensor? Injection, Tensor Distances, Tensor? Memory);

/// <summary>f of the DEQ-Transformer (Bai, Kolter, Koltun 2019, section 4.2): causal attention with relative positions and a feed-forward part.</summary>
internal sealed class TransformerCell : nn.Module<Tensor, BlockInputs, Tensor>
{
    private readonly RelativeAttention attention;
    private readonly FeedForward feedForward;
    private readonly LayerNorm attentionNorm, feedForwardNorm;
    private readonly VariationalDropout attentionDropout, feedForwardDropout;
    private readonly NormPlacement norm;
    private readonly FirstResidual residual;

    public TransformerCell(ModelSettings settings) : base(nameof(TransformerCell))
    {
        (norm, residual) = (settings.Norm, settings.Residual);
        attention = new RelativeAttention(settings.Width, settings.Heads, settings.WeightNorm);
        feedForward = new FeedForward(settings.Width, settings.FeedForward, settings.WeightNorm);
        attentionNorm = nn.LayerNorm(settings.Width, elementwise_affine: false);
        feedForwardNorm = nn.LayerNorm(settings.Width, elementwise_affine: false);
        attentionDropout = new VariationalDropout(settings.Dropout);
        feedForwardDropout = new VariationalDropout(settings.Dropout);
        RegisterComponents();
    }

    /// <param name="z">The state, B x T x D.</param>
    /// <param name="inputs">What it is given beside.</param>
    public override Tensor forward(Tensor z, BlockInputs inputs)
    {
        Tensor start = residual == FirstResidual.State ? z : inputs.Words;
        if (norm == NormPlacement.Pre)
        {
            Tensor attended = start + attentionDropout.call(attention.call(attentionNorm.call(z), inputs));
            return attended + feedForwardDropout.call(feedForward.call(feedForwardNorm.call(attended)));
        }

        Tensor hidden = attentionNorm.call(start + attentionDropout.call(attention.call(z, inputs)));
        return feedForwardNorm.call(hidden + feedForwardDropout.call(feedForward.call(hidden)));
    }

    /// <summary>Keys and values of words read before, B x M x 2D: they do not change over a solve, so they are computed once.</summary>
    /// <param name="states">Their states, B x M x D.</param>
    /// <param name="injection">Their injection, B x M x 3D; null for none.</param>
    public Tensor Remembered(Tensor states, Tensor? injection) =>
        attention.KeysAndValues(norm == NormPlacement.Pre ? attentionNorm.call(states) : states, injection);
}
