using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>A post-norm transformer block, the input injected before the first norm.</summary>
internal sealed class TransformerCell : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear qkv, mix, up, down;
    private readonly LayerNorm first, last;
    private readonly long heads;

    public TransformerCell(long width, long heads, long inner, ScalarType type) : base(nameof(TransformerCell))
    {
        this.heads = heads;
        qkv = nn.Linear(width, 3 * width, dtype: type);
        mix = nn.Linear(width, width, dtype: type);
        up = nn.Linear(width, inner, dtype: type);
        down = nn.Linear(inner, width, dtype: type);
        first = nn.LayerNorm([width], dtype: type);
        last = nn.LayerNorm([width], dtype: type);
        RegisterComponents();
    }

    public override Tensor forward(Tensor z, Tensor x)
    {
        long batch = z.shape[0], length = z.shape[1], width = z.shape[2];
        Tensor[] parts = qkv.call(z).view(batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor scores = parts[0].matmul(parts[1].transpose(-2, -1)).mul(1 / Math.Sqrt(width / heads)).softmax(-1);
        Tensor attended = mix.call(scores.matmul(parts[2]).transpose(1, 2).reshape(batch, length, width));
        Tensor a = first.call(z + x + attended);
        return last.call(a + down.call(nn.functional.gelu(up.call(a))));
    }

    /// <summary>8 sequences of 64 tokens of width 256; 4 heads, an inner width of 1024.</summary>
    public static BenchmarkCell Create(bool small, long? batch = null, ScalarType type = ScalarType.Float32)
    {
        manual_seed(0);
        long width = small ? 16 : 256, length = small ? 4 : 64;
        var module = new TransformerCell(width, 4, 4 * width, type);
        Tensor x = randn(batch ?? (small ? 2 : 8), length, width, dtype: type);
        return new("transformer", module, z => module.call(z, x), zeros_like(x), [module.last.weight!, module.last.bias!]);
    }
}
