using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>
/// Causal multi-head attention with relative positions (Transformer-XL, section 3.3):
/// score(i, j) = (q_i + u) k_j + (q_i + v) r_{i-j}, with one learned u and v a head.
/// </summary>
internal sealed class RelativeAttention : nn.Module<Tensor, BlockInputs, Tensor>
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
    /// <param name="inputs">Injection, distances and memory.</param>
    /// <returns>B x T x D.</returns>
    public override Tensor forward(Tensor state, BlockInputs inputs)
    {
        long batch = state.shape[0], length = state.shape[1], width = state.shape[2], before = inputs.Memory?.shape[1] ?? 0;
        Tensor mapped = Mapped(state, inputs.Injection);
        Tensor query = Heads(mapped.narrow(2, 0, width));
        Tensor others = mapped.narrow(2, width, 2 * width);
        if (inputs.Memory is { } memory) others = cat([memory, others], 1);
        Tensor key = Heads(others.narrow(2, 0, width)), value = Heads(others.narrow(2, width, width));

        Tensor content = (query + contentBias).matmul(key.transpose(-2, -1));
        Tensor position = RelativePositions.Shift((query + positionBias).matmul(inputs.Distances));
        Tensor future = full(length, before + length, double.NegativeInfinity, dtype: state.dtype, device: state.device).triu(1 + before);
        Tensor weights = ((content + position) * scale + future).softmax(-1);
        return output.call(weights.matmul(value).transpose(1, 2).reshape(batch, length, width));
    }

    /// <summary>Keys and values beside each other, B x M x 2D.</summary>
    /// <param name="states">B x M x D.</param>
    /// <param name="injection">B x M x 3D; null for none.</param>
    public Tensor KeysAndValues(Tensor states, Tensor? injection) => Mapped(states, injection).narrow(2, states.shape[2], 2 * states.shape[2]);

    private Tensor Mapped(Tensor state, Tensor? injection) =>
        injection is null ? queriesKeysValues.call(state) : queriesKeysValues.call(state) + injection;

    /// <summary>B x T x D to B x heads x T x D/heads.</summary>
    private Tensor Heads(Tensor vectors) =>
        vectors.reshape(vectors.shape[0], vectors.shape[1], heads, vectors.shape[2] / heads).transpose(1, 2);
}
