using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>Two scales of convolution, each fed by the other; the image enters the finer one.</summary>
internal sealed class ConvolutionCell : nn.Module
{
    private readonly Conv2d fine, coarse, fuseDown, fuseUp;
    private readonly GroupNorm fineNorm, coarseNorm;

    public ConvolutionCell(long fineWidth, long coarseWidth, ScalarType type) : base(nameof(ConvolutionCell))
    {
        const int Groups = 8;
        fine = nn.Conv2d(fineWidth, fineWidth, 3, padding: 1, dtype: type);
        coarse = nn.Conv2d(coarseWidth, coarseWidth, 3, padding: 1, dtype: type);
        fuseDown = nn.Conv2d(fineWidth, coarseWidth, 3, stride: 2, padding: 1, dtype: type);
        fuseUp = nn.Conv2d(coarseWidth, fineWidth, 1, dtype: type);
        fineNorm = nn.GroupNorm(Groups, fineWidth, dtype: type);
        coarseNorm = nn.GroupNorm(Groups, coarseWidth, dtype: type);
        RegisterComponents();
    }

    private (Tensor Fine, Tensor Coarse) Step(Tensor z, Tensor y, Tensor x)
    {
        Tensor h = fine.call(z) + nn.functional.interpolate(fuseUp.call(y), scale_factor: [2, 2], mode: InterpolationMode.Nearest) + x;
        Tensor l = coarse.call(y) + fuseDown.call(z);
        return (fineNorm.call(nn.functional.relu(h) + z), coarseNorm.call(nn.functional.relu(l) + y));
    }

    /// <summary>16 images: 32 channels of 32 x 32 and 64 of 16 x 16, side by side in one state as layers of several states have them.</summary>
    public static BenchmarkCell Create(bool small, long? batch = null, ScalarType type = ScalarType.Float32)
    {
        manual_seed(0);
        long fineWidth = small ? 8 : 32, side = small ? 8 : 32, images = batch ?? (small ? 2 : 16);
        var module = new ConvolutionCell(fineWidth, 2 * fineWidth, type);
        Tensor x = randn(images, fineWidth, side, side, dtype: type);
        Tensor[] start = [zeros_like(x), zeros(images, 2 * fineWidth, side / 2, side / 2, dtype: type)];
        var layout = new StateLayout("the conv cell", start);
        Tensor Cell(Tensor joined)
        {
            Tensor[] states = layout.Split(joined);
            var (z, y) = module.Step(states[0], states[1], x);
            return layout.Join(z, y);
        }

        return new("conv", module, Cell, layout.Join(start),
            [module.fineNorm.weight!, module.fineNorm.bias!, module.coarseNorm.weight!, module.coarseNorm.bias!]);
    }
}
