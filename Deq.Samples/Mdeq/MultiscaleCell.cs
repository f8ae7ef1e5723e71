using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>
/// f of a multiscale equilibrium: from the states of all scales and the injected input to the next states.
/// Scale i has B x C_i x H/2^i x W/2^i.
/// </summary>
internal abstract class MultiscaleCell(string name) : nn.Module<Tensor[], Tensor[], Tensor[]>(name)
{
    /// <summary>The cell that settings ask for.</summary>
    public static MultiscaleCell Create(MdeqSettings settings) => settings.Cell == CellKind.Residual
        ? new ResidualCell(settings)
        : new SingleConvolutionCell(settings);

    /// <summary>What is injected: from the stem's features to one tensor per scale.</summary>
    /// <param name="features">B x C_0 x H x W.</param>
    public abstract Tensor[] Inject(Tensor features);
}
