using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules one after another: each takes what the one before it gives.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<(string Name, nn.IModule<Tensor, Tensor> Module)> _steps = [];

    internal Sequential() : base(nameof(Sequential))
    {
    }

    protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : this()
    {
        foreach (var (step, module) in modules) append(step, module);
    }

    protected Sequential(params nn.Module<Tensor, Tensor>[] modules) : this()
    {
        foreach (var module in modules) append(module);
    }

    public int Count => _steps.Count;

    [IndexerName("SequentialItems")]
    public nn.IModule<Tensor, Tensor> this[int index] => _steps[index].Module;

    [IndexerName("SequentialItems")]
    public Sequential this[Range index]
    {
        get
        {
            var (start, length) = index.GetOffsetAndLength(Count);
            var slice = new Sequential();
            slice._steps.AddRange(_steps.GetRange(start, length));
            return slice;
        }
    }

    [IndexerName("SequentialItems")]
    public Sequential this[(int? start, int? end) index] => this[(index.start ?? 0)..(index.end ?? Count)];

    public Sequential append(nn.IModule<Tensor, Tensor> module) => append(_steps.Count.ToString(), module);

    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        if (module is not nn.Module)
            throw new ArgumentException($"'{name}' is no torch.nn.Module: only modules have parameters to train.", nameof(module));
        if (_steps.Any(step => step.Name == name))
            throw new ArgumentException($"There is a step '{name}' already: two of one name would have one place in state_dict.", nameof(name));

        _steps.Add((name, module));
        return this;
    }

    public override Tensor forward(Tensor tensor)
    {
        if (_steps.Count == 0) return tensor.alias();

        var result = _steps[0].Module.call(tensor);
        for (var step = 1; step < _steps.Count; step++)
        {
            var given = result;
            result = _steps[step].Module.call(given);
            if (!ReferenceEquals(given, result) && !ReferenceEquals(given, tensor)) given.Dispose();
        }

        return result;
    }

    public override IEnumerable<(string name, nn.Module module)> named_children()
        => _steps.Select(step => (step.Name, (nn.Module)step.Module));

    public override IEnumerable<(string name, nn.Module module)> named_modules()
    {
        foreach (var child in named_children()) yield return child;
        foreach (var (step, child) in named_children())
        {
            foreach (var (path, module) in child.named_modules()) yield return ($"{step}.{path}", module);
        }
    }

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        if (!recurse) yield break;
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var (step, child) in named_children())
        {
            foreach (var (path, parameter) in child.named_parameters(true))
            {
                if (seen.Add(parameter)) yield return ($"{step}.{path}", parameter);
            }
        }
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true)
    {
        if (!recurse) yield break;
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var (step, child) in named_children())
        {
            foreach (var (path, buffer) in child.named_buffers(true, include_persistent))
            {
                if (seen.Add(buffer)) yield return ($"{step}.{path}", buffer);
            }
        }
    }

    public override nn.Module apply(Action<nn.Module> fn)
    {
        foreach (var (_, child) in named_children()) child.apply(fn);
        fn(this);
        return this;
    }
}
