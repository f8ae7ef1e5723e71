using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>Two scales with one convolution each, each fed by the other; the image enters the finer one.</summary>
internal sealed class ConvolutionCell : nn.Module
{
    private readonly Conv2d fine, coarse, fuseDown, fuseUp;
    private readonly GroupNorm fineNorm, coarseNorm;

    public ConvolutionCell(long width, ScalarType type) : base(nameof(ConvolutionCell))
    {
        const int Groups = 8;
        fine = nn.Conv2d(width, width, 3, padding: 1, dtype: type);
        coarse = nn.Conv2d(2 * width, 2 * width, 3, padding: 1, dtype: type);
        fuseDown = nn.Conv2d(width, 2 * width, 3, stride: 2, padding: 1, dtype: type);
        fuseUp = nn.Conv2d(2 * width, width, 1, dtype: type);
        fineNorm = nn.GroupNorm(Groups, width, dtype: type);
        coarseNorm = nn.GroupNorm(Groups, 2 * width, dtype: type);
        RegisterComponents();
    }

    /// <summary>f is linear in them at a given state.</summary>
    public Parameter[] Last => [fineNorm.weight!, fineNorm.bias!, coarseNorm.weight!, coarseNorm.bias!];

    public (Tensor Fine, Tensor Coarse) Step(Tensor z, Tensor y, Tensor x)
    {
        Tensor h = fine.call(z) + nn.functional.interpolate(fuseUp.call(y), scale_factor: [2, 2], mode: InterpolationMode.Nearest) + x;
        Tensor l = coarse.call(y) + fuseDown.call(z);
        return (fineNorm.call(nn.functional.relu(h) + z), coarseNorm.call(nn.functional.relu(l) + y));
    }
}
