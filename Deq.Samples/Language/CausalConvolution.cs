using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>
/// Each word's vector plus a linear map of it and the words just before it: what is next to it is known without any attention,
/// which the equilibrium then need not spend evaluations on.
/// </summary>
internal sealed class CausalConvolution : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> map;
    private readonly int reach;

    /// <param name="width">Width of the vectors.</param>
    /// <param name="reach">Words seen, the word itself included.</param>
    public CausalConvolution(int width, int reach) : base(nameof(CausalConvolution))
    {
        this.reach = reach;
        map = nn.Linear((long)reach * width, width);
        RegisterComponents();
    }

    /// <param name="words">B x T x D.</param>
    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        long length = words.shape[1];
        Tensor padded = nn.functional.pad(words, [0, 0, reach - 1, 0]);
        Tensor neighbours = cat([.. Enumerable.Range(0, reach).Select(i => padded.narrow(1, i, length))], -1);
        return (words + map.call(neighbours)).MoveToOuterDisposeScope();
    }
}
