using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Tests.Runtime;

/// <summary>A small post-LN transformer block with everything that is computed once per solve.</summary>
[EquilibriumLayer]
[Solver("broyden", MaxEvaluations = 30, InferenceMaxEvaluations = 20, Tolerance = 1e-3)]
[BackwardSolver("anderson", MaxEvaluations = 25)]
[JacobianReg(gamma: 2.0)]
internal sealed partial class Block : Module<Tensor, Tensor>
{
    private readonly WeightNormLinear qkv, mix;
    private readonly Linear up, down;
    private readonly LayerNorm first, second;
    private readonly VariationalDropout dropout;
    private readonly long heads;

    public Block(long width, long heads, double dropout = 0, ScalarType dtype = ScalarType.Float64) : base(nameof(Block))
    {
        this.heads = heads;
        qkv = new(width, 3 * width, dtype: dtype);
        mix = new(width, width, dtype: dtype);
        up = Linear(width, 2 * width, dtype: dtype);
        down = Linear(2 * width, width, dtype: dtype);
        first = LayerNorm([width], dtype: dtype);
        second = LayerNorm([width], dtype: dtype);
        this.dropout = new(dropout);
        RegisterComponents();
    }

    [Cell]
    internal Tensor Step(Tensor z, Tensor x)
    {
        long b = z.shape[0], t = z.shape[1], d = z.shape[2];
        var parts = qkv.call(z).view(b, t, 3, heads, d / heads).permute(2, 0, 3, 1, 4).unbind(0);
        var scores = parts[0].matmul(parts[1].transpose(-2, -1)).mul(1 / Math.Sqrt(d / heads)).softmax(-1);
        var attended = mix.call(scores.matmul(parts[2]).transpose(1, 2).reshape(b, t, d));
        var a = first.call(z * 0.5 + x + dropout.call(attended));
        return second.call(a + down.call(nn.functional.gelu(up.call(a))));
    }
}

/// <summary>Two scales of convolution, each fed by the other; the image enters the finer one.</summary>
[EquilibriumLayer]
[Solver("anderson", Memory = 5)]
[JacobianReg(gamma: 0.5, Frequency = 0.35, Probes = 2)]
internal sealed partial class Pyramid : Module<Tensor, (Tensor High, Tensor Low)>
{
    private readonly Conv2d inject, high, low, down, up;
    private readonly GroupNorm normHigh, normLow;
    private readonly long highWidth, lowWidth;

    public Pyramid(long channels, long highWidth, long lowWidth, long groups, ScalarType dtype = ScalarType.Float64) : base(nameof(Pyramid))
    {
        (this.highWidth, this.lowWidth) = (highWidth, lowWidth);
        inject = Conv2d(channels, highWidth, 3, padding: 1, dtype: dtype);
        high = Conv2d(highWidth, highWidth, 3, padding: 1, dtype: dtype);
        low = Conv2d(lowWidth, lowWidth, 3, padding: 1, dtype: dtype);
        down = Conv2d(highWidth, lowWidth, 3, stride: 2, padding: 1, dtype: dtype);
        up = Conv2d(lowWidth, highWidth, 1, dtype: dtype);
        normHigh = GroupNorm(groups, highWidth, dtype: dtype);
        normLow = GroupNorm(groups, lowWidth, dtype: dtype);
        // TorchSharp's GroupNorm leaves them uninitialised.
        foreach (var norm in new[] { normHigh, normLow })
        {
            init.constant_(norm.weight!, 0.5);
            init.zeros_(norm.bias!);
        }
        RegisterComponents();
    }

    [Cell]
    internal (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image)
    {
        var h = this.high.call(high) + nn.functional.interpolate(up.call(low), scale_factor: [2, 2], mode: InterpolationMode.Nearest) + inject.call(image);
        var l = this.low.call(low) + down.call(high);
        return (normHigh.call(nn.functional.softplus(h, 1, 20)), normLow.call(nn.functional.softplus(l, 1, 20)));
    }

    [InitialState]
    internal (Tensor High, Tensor Low) Start(Tensor image)
    {
        long b = image.shape[0], h = image.shape[2], w = image.shape[3];
        return (image.new_zeros(b, highWidth, h, w), image.new_zeros(b, lowWidth, h / 2, w / 2));
    }
}

/// <summary>A layer in whose cell another one stands.</summary>
[EquilibriumLayer]
[Solver("anderson")]
[JacobianReg(gamma: 1.0)]
internal sealed partial class Nested : Module<Tensor, Tensor>
{
    private readonly Block inner;
    private readonly Linear outer;

    public Nested(long width) : base(nameof(Nested))
    {
        inner = new(width, 2, dropout: 0.3);
        outer = Linear(width, width, dtype: float64);
        RegisterComponents();
    }

    public Block Inner => inner;

    [Cell] internal Tensor Step(Tensor z, Tensor x) => (outer.call(z) * 0.3 + inner.call(z * 0.2 + x) * 0.3 + x).tanh();
}
