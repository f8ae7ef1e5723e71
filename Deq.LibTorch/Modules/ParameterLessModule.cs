using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A module that computes and remembers nothing: it refuses components, and there is nothing to convert.</summary>
public abstract class ParameterLessModule<T1, TResult> : nn.Module<T1, TResult>
{
    protected ParameterLessModule(string name) : base(name)
    {
    }

    public override void register_buffer(string name, Tensor tensor, bool persistent = true) => throw Refused("buffer", name);

    public override void register_parameter(string name, Parameter param) => throw Refused("parameter", name);

    public override void register_module(string name, nn.Module submodule) => throw Refused("submodule", name);

    private InvalidOperationException Refused(string kind, string component)
        => new($"{GetName()} is a module without parameters: it cannot have the {kind} '{component}'. Put it and what it needs into a module of your own.");
}
