using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>
/// The DEQ-Transformer's one layer (Bai, Kolter, Koltun 2019, section 4.2): its output is the state z* that attention and feed-forward part,
/// given the injected words, no longer change. What is below is the block; how its equilibrium is found and differentiated
/// is written by the compiler from the attributes, whose figures the command line may override.
/// </summary>
[EquilibriumLayer]
[Solver("anderson", Memory = 6, MaxEvaluations = 12, Tolerance = 2e-2)]
[BackwardSolver("anderson", Memory = 6, MaxEvaluations = 8, Tolerance = 5e-2)]
[JacobianReg(gamma: 0.5, Frequency = 0.1)]
internal sealed partial class TransformerBlock : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly RelativeAttention attention;
    private readonly FeedForward feedForward;
    private readonly LayerNorm attentionNorm, feedForwardNorm;
    private readonly VariationalDropout attentionDropout, feedForwardDropout;
    private readonly NormPlacement norm;
    private readonly FirstResidual residual;

    public TransformerBlock(ModelSettings settings) : base(nameof(TransformerBlock))
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
    /// <param name="words">The words as vectors, B x T x D.</param>
    /// <param name="injection">The words mapped to what is added to queries, keys and values, B x T x 3D.</param>
    /// <param name="distances">What <see cref="RelativePositions"/> gives for T.</param>
    [Cell]
    private Tensor Step(Tensor z, Tensor words, Tensor injection, Tensor distances)
    {
        Tensor start = residual == FirstResidual.State ? z : words;
        if (norm == NormPlacement.Pre)
        {
            Tensor attended = start + attentionDropout.call(attention.call(attentionNorm.call(z), distances, injection));
            return attended + feedForwardDropout.call(feedForward.call(feedForwardNorm.call(attended)));
        }

        Tensor hidden = attentionNorm.call(start + attentionDropout.call(attention.call(z, distances, injection)));
        return feedForwardNorm.call(hidden + feedForwardDropout.call(feedForward.call(hidden)));
    }

    /// <summary>The block applied a number of times from zero and back-propagated through: what shallow pre-training trains (section 4.1).</summary>
    public Tensor Stacked(int times, Tensor words, Tensor injection, Tensor distances)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor z = zeros_like(words);
        for (int i = 0; i < times; i++) z = Step(z, words, injection, distances);
        return z.MoveToOuterDisposeScope();
    }
}
