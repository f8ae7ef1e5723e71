using Deq.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Training;

/// <summary>
/// Lets every linear map and convolution start from N(0, 0.01), the papers' initialisation: f is nearly constant at first, and its solve easy. The papers do
/// not say whether the second number is variance or deviation; it is the deviation here and in a TrellisNet, and the variance in <c>synthetic</c>.
/// </summary>
internal static class SmallStart
{
    private const double Deviation = 0.01;

    public static void Apply(nn.Module model)
    {
        using var untaped = no_grad();
        foreach (nn.Module module in model.modules())
        {
            switch (module)
            {
                case Conv2d plain:
                    nn.init.normal_(plain.weight!, 0, Deviation);
                    break;
                case Linear plain:
                    nn.init.normal_(plain.weight!, 0, Deviation);
                    break;
                case WeightNorm normalised:
                    // v is drawn and g set to its norm: the weight is v itself.
                    Dictionary<string, Parameter> parameters = normalised.named_parameters().ToDictionary(named => named.name, named => named.parameter);
                    Parameter direction = parameters["weight_v"];
                    nn.init.normal_(direction, 0, Deviation);
                    parameters["weight_g"].copy_(linalg.vector_norm(direction, 2, [.. Enumerable.Range(1, (int)direction.dim() - 1)], true));
                    break;
            }
        }
    }
}
