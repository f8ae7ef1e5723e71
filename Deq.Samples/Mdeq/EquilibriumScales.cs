using Deq.Samples.Images;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>The equilibrium, or its cell applied a fixed number of times.</summary>
internal sealed class EquilibriumScales : ScalesBody
{
    private readonly MultiscaleLayer layer;

    public EquilibriumScales(MdeqSettings settings) : base(nameof(EquilibriumScales))
    {
        layer = new MultiscaleLayer(settings);
        if (settings.Kind == ModelKind.Tied) Applications = settings.Layers;
        RegisterComponents();
    }

    /// <summary>While positive, the cell is applied so many times instead of being solved for its equilibrium.</summary>
    public int Applications { get; set; }

    public override Tensor[] forward(Tensor features)
    {
        Tensor[] injected = layer.Inject(features);
        return Applications > 0 ? layer.Applied(Applications, injected) : layer.call(injected);
    }
}
