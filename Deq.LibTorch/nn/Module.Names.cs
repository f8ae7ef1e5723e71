using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Every parameter once, under the first path that leads to it.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (path, parameter) in _internal_params)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter)) yield return (path, parameter);
                }

                if (!recurse) yield break;
                foreach (var (step, child) in _internal_submodules)
                {
                    foreach (var (path, parameter) in child.named_parameters(true))
                    {
                        if (seen.Add(parameter)) yield return ($"{step}.{path}", parameter);
                    }
                }
            }

            /// <summary>Every persistent buffer once. TorchSharp lists no other here, whatever is asked for.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (path, (buffer, persistent)) in _internal_buffers)
                {
                    if (persistent && !buffer.IsInvalid && seen.Add(buffer)) yield return (path, buffer);
                }

                if (!recurse) yield break;
                foreach (var (step, child) in _internal_submodules)
                {
                    foreach (var (path, buffer) in child.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer)) yield return ($"{step}.{path}", buffer);
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules;

            /// <summary>The children, then theirs. The module itself is not among them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in _internal_submodules) yield return child;
                foreach (var (step, child) in _internal_submodules)
                {
                    foreach (var (path, module) in child.named_modules()) yield return ($"{step}.{path}", module);
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true)
                => named_parameters(recurse).Select(entry => entry.parameter);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true)
                => named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            public virtual IEnumerable<Module> children() => named_children().Select(entry => entry.module);

            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter? get_parameter(string target)
                => _internal_params.TryGetValue(target, out var parameter)
                    ? parameter
                    : Descend(target, (child, rest) => child.get_parameter(rest));

            public virtual Tensor? get_buffer(string target)
                => _internal_buffers.TryGetValue(target, out var buffer)
                    ? buffer.Item1
                    : Descend(target, (child, rest) => child.get_buffer(rest));

            private T? Descend<T>(string target, Func<Module, string, T?> find)
                where T : Tensor
            {
                var dot = target.IndexOf('.');
                if (dot < 0) return null;

                var (step, rest) = (target[..dot], target[(dot + 1)..]);
                return named_children()
                    .Where(entry => entry.name == step)
                    .Select(entry => find(entry.module, rest))
                    .FirstOrDefault(found => found is not null);
            }
        }
    }
}
