using Deq.Samples.Images;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>What stands between the stem and the head: from features to the states of all scales.</summary>
internal abstract class ScalesBody(string name) : nn.Module<Tensor, Tensor[]>(name)
{
    public static ScalesBody Create(MdeqSettings settings) => settings.Kind == ModelKind.Stacked
        ? new StackedScales(settings)
        : new EquilibriumScales(settings);
}
