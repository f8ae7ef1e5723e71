using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>W2 relu(W1 h + b1) + b2, word by word.</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> up, down;

    public FeedForward(int width, int inner, bool weightNorm) : base(nameof(FeedForward))
    {
        up = Maps.Linear(width, inner, bias: true, weightNorm);
        down = Maps.Linear(inner, width, bias: true, weightNorm);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => down.call(nn.functional.relu(up.call(input)));
}
