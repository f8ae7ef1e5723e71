using Deq.Samples.Language;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.RevDeq;

/// <summary>
/// f of the RevDEQ language model (McCallum, Arora, Foster 2025): h = z + attention(LN(z + x)), then h + W3 gelu(W2 gelu(W1 LN(h))). The words x
/// know their positions, so the attention has none of its own.
/// </summary>
internal sealed class RevDeqCell : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear queriesKeysValues, output, up, across, down;
    private readonly LayerNorm attentionNorm, feedForwardNorm;
    private readonly int heads;

    public RevDeqCell(ModelSettings settings) : base(nameof(RevDeqCell))
    {
        heads = settings.Heads;
        long width = settings.Width, inner = settings.FeedForward;
        queriesKeysValues = nn.Linear(width, 3 * width);
        output = nn.Linear(width, width);
        up = nn.Linear(width, inner);
        across = nn.Linear(inner, inner);
        down = nn.Linear(inner, width);
        attentionNorm = nn.LayerNorm(width);
        feedForwardNorm = nn.LayerNorm(width);
        RegisterComponents();
    }

    /// <param name="state">B x T x D.</param>
    /// <param name="words">The same.</param>
    public override Tensor forward(Tensor state, Tensor words)
    {
        Tensor attended = state + Attention(attentionNorm.call(state + words));
        Tensor inner = nn.functional.gelu(across.call(nn.functional.gelu(up.call(feedForwardNorm.call(attended)))));
        return attended + down.call(inner);
    }

    private Tensor Attention(Tensor sequence)
    {
        long batch = sequence.shape[0], length = sequence.shape[1], width = sequence.shape[2];
        Tensor[] parts = queriesKeysValues.call(sequence).view(batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor future = full(length, length, double.NegativeInfinity, dtype: sequence.dtype, device: sequence.device).triu(1);
        Tensor weights = (parts[0].matmul(parts[1].transpose(-2, -1)) / Math.Sqrt((double)width / heads) + future).softmax(-1);
        return output.call(weights.matmul(parts[2]).transpose(1, 2).reshape(batch, length, width));
    }
}
