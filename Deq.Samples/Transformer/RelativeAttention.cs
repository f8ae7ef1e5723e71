using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>
/// Causal multi-head attention with relative positions (Transformer-XL, section 3.3):
/// score(i, j) = (q_i + u) k_j + (q_i + v) r_{i-j}, with one learned u and v a head.
/// </summary>
internal sealed class RelativeAttention : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> queriesKeysValues, output;
    private readonly Parameter contentBias, positionBias;
    private readonly int heads;
    private readonly double scale;

    public RelativeAttention(int width, int heads, bool weightNorm) : base(nameof(RelativeAttention))
    {
        this.heads = heads;
        int each = width / heads;
        scale = 1 / Math.Sqrt(each);
        queriesKeysValues = Maps.Linear(width, 3 * width, bias: false, weightNorm);
        output = Maps.Linear(width, width, bias: false, weightNorm);
        contentBias = new Parameter(zeros(heads, 1, each));
        positionBias = new Parameter(zeros(heads, 1, each));
        RegisterComponents();
    }

    /// <param name="state">B x T x D.</param>
    /// <param name="distances">What <see cref="RelativePositions"/> gives for T.</param>
    /// <param name="injection">B x T x 3D, added to queries, keys and values; null for none.</param>
    /// <returns>B x T x D.</returns>
    public override Tensor forward(Tensor state, Tensor distances, Tensor? injection)
    {
        long batch = state.shape[0], length = state.shape[1], width = state.shape[2];
        Tensor mapped = queriesKeysValues.call(state);
        if (injection is not null) mapped = mapped + injection;
        Tensor[] parts = mapped.view(batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
        (Tensor query, Tensor key, Tensor value) = (parts[0], parts[1], parts[2]);

        Tensor content = (query + contentBias).matmul(key.transpose(-2, -1));
        Tensor position = RelativePositions.Shift((query + positionBias).matmul(distances));
        Tensor future = full(length, length, double.NegativeInfinity, dtype: state.dtype, device: state.device).triu(1);
        Tensor weights = ((content + position) * scale + future).softmax(-1);
        return output.call(weights.matmul(value).transpose(1, 2).reshape(batch, length, width));
    }
}
