using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>
/// The cell of multiscale DEQs (Bai, Koltun, Kolter 2020) with two scales: in each a residual block of two convolutions, whose finer one takes the
/// image in; then each scale is added to the other, and a pointwise convolution follows.
/// </summary>
internal sealed class ResidualConvolutionCell : nn.Module
{
    private const int Groups = 8;
    private const double LastScale = 0.3;

    private readonly ResidualBlock fine, coarse;
    private readonly Conv2d down, up, fineMix, coarseMix;
    private readonly GroupNorm downNorm, upNorm, fineNorm, coarseNorm;

    public ResidualConvolutionCell(long width, ScalarType type) : base(nameof(ResidualConvolutionCell))
    {
        fine = new(width, type);
        coarse = new(2 * width, type);
        down = nn.Conv2d(width, 2 * width, 3, stride: 2, padding: 1, bias: false, dtype: type);
        up = nn.Conv2d(2 * width, width, 1, bias: false, dtype: type);
        fineMix = nn.Conv2d(width, width, 1, bias: false, dtype: type);
        coarseMix = nn.Conv2d(2 * width, 2 * width, 1, bias: false, dtype: type);
        (downNorm, upNorm) = (nn.GroupNorm(Groups, 2 * width, dtype: type), nn.GroupNorm(Groups, width, dtype: type));
        (fineNorm, coarseNorm) = (nn.GroupNorm(Groups, width, dtype: type), nn.GroupNorm(Groups, 2 * width, dtype: type));
        // Small weights at the end make f a contraction, as papers start their cells with small weights throughout.
        foreach (GroupNorm norm in new[] { fineNorm, coarseNorm }) nn.init.constant_(norm.weight!, LastScale);
        RegisterComponents();
    }

    /// <summary>f is linear in them at a given state.</summary>
    public Parameter[] Last => [fineNorm.weight!, fineNorm.bias!, coarseNorm.weight!, coarseNorm.bias!];

    public (Tensor Fine, Tensor Coarse) Step(Tensor z, Tensor y, Tensor x)
    {
        Tensor a = fine.call(z, x), b = coarse.call(y, null);
        Tensor h = a + nn.functional.interpolate(upNorm.call(up.call(b)), scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        Tensor l = b + downNorm.call(down.call(a));
        return (fineNorm.call(fineMix.call(nn.functional.relu(h))), coarseNorm.call(coarseMix.call(nn.functional.relu(l))));
    }

    private sealed class ResidualBlock : nn.Module<Tensor, Tensor?, Tensor>
    {
        private readonly Conv2d first, second;
        private readonly GroupNorm firstNorm, secondNorm, lastNorm;

        public ResidualBlock(long width, ScalarType type) : base(nameof(ResidualBlock))
        {
            first = nn.Conv2d(width, width, 3, padding: 1, bias: false, dtype: type);
            second = nn.Conv2d(width, width, 3, padding: 1, bias: false, dtype: type);
            firstNorm = nn.GroupNorm(Groups, width, dtype: type);
            secondNorm = nn.GroupNorm(Groups, width, dtype: type);
            lastNorm = nn.GroupNorm(Groups, width, dtype: type);
            RegisterComponents();
        }

        public override Tensor forward(Tensor z, Tensor? injected)
        {
            Tensor h = second.call(nn.functional.relu(firstNorm.call(first.call(z))));
            if (injected is not null) h = h + injected;
            return lastNorm.call(nn.functional.relu(secondNorm.call(h) + z));
        }
    }
}
