using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// A tensor that a module trains. It takes over the native tensor of <c>data</c>, which is invalid afterwards, and its
/// place in a dispose scope.
/// </summary>
public class Parameter : Tensor
{
    public Parameter(Tensor data, bool requires_grad = true)
        : this(data.requires_grad_(requires_grad), data.OwningDisposeScope)
    {
    }

    private Parameter(Tensor data, DisposeScope? scope)
        : base(data.DecoupleFromNativeHandle())
    {
        if (OwningDisposeScope == scope) return;
        OwningDisposeScope?.Remove(this);
        scope?.Add(this);
    }

    /// <summary>Taken out of its dispose scope: it lives as long as the module that it is in.</summary>
    internal Parameter Keep()
    {
        DetachFromDisposeScope();
        return this;
    }
}
