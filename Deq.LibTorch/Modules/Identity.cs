using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gives its input back, under a handle of its own.</summary>
public sealed class Identity : ParameterLessModule<Tensor, Tensor>
{
    internal Identity() : base(nameof(Identity))
    {
    }

    public override Tensor forward(Tensor tensor) => tensor.alias();
}
