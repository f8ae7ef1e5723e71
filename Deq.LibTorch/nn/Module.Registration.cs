using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected OrderedDict<string, Module> _internal_submodules = [];
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = [];
            protected OrderedDict<string, Parameter> _internal_params = [];

            private bool _componentsRegistered;

            /// <summary>
            /// Registers every instance field, inherited ones included, that holds a module, a parameter or a tensor (a
            /// persistent buffer). Lists and arrays are not looked into. What is null now is not registered later.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered) return;

                foreach (var field in ComponentFields(GetType()))
                {
                    var component = ComponentName(field);
                    if (IsRegistered(component)) continue;

                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(component, module);
                            break;
                        case Parameter parameter:
                            register_parameter(component, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(component, tensor);
                            break;
                    }
                }

                _componentsRegistered = true;
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ThrowIfUnusable(tensor, nameof(tensor), $"buffer '{name}'");
                if (!_internal_buffers.ContainsKey(name)) _internal_buffers.Add(name, (tensor, persistent));
                else throw AlreadyRegistered("buffer", name);
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                ThrowIfUnusable(param, nameof(param), $"parameter '{name}'");
                if (!_internal_params.ContainsKey(name)) _internal_params.Add(name, param);
                else throw AlreadyRegistered("parameter", name);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null || submodule.IsDisposed)
                {
                    _internal_submodules.Remove(name);
                    return;
                }

                if (string.IsNullOrEmpty(name))
                    throw new ArgumentException("A module's name must not be empty: it is a step of the path in state_dict.", nameof(name));
                if (name.Contains('.'))
                    throw new ArgumentException($"A module's name must have no dot, for dots separate the steps of a path in state_dict: got '{name}'.", nameof(name));
                if (_internal_submodules.ContainsKey(name)) throw AlreadyRegistered("submodule", name);

                submodule.RegisterComponents();
                _internal_submodules.Add(name, submodule);
            }

            protected void ConditionallyRegisterParameter(string name, Tensor? value)
                => ConditionallyRegisterParameter(name, value as Parameter);

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null) _internal_params.Remove(name);
                else _internal_params[name] = value;
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null) _internal_buffers.Remove(name);
                else _internal_buffers[name] = (value, persistent);
            }

            /// <summary>A component's new tensor: the old one is disposed, the new one leaves its dispose scope and is registered.</summary>
            internal void Replace(ref Parameter? field, Parameter? value, string component)
            {
                if (ReferenceEquals(field, value)) return;
                field?.Dispose();
                field = value?.Keep();
                ConditionallyRegisterParameter(component, field);
            }

            /// <inheritdoc cref="Replace(ref Parameter?, Parameter?, string)"/>
            internal void Replace(ref Tensor? field, Tensor? value, string component)
            {
                if (ReferenceEquals(field, value)) return;
                field?.Dispose();
                field = value?.DetachFromDisposeScope();
                ConditionallyRegisterBuffer(component, field);
            }

            protected void ClearModules() => _internal_submodules.Clear();

            private static string ComponentName(FieldInfo field)
                => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;

            /// <summary>The most derived field of each name; a type's own fields before those that it inherits.</summary>
            private static IEnumerable<FieldInfo> ComponentFields(Type type)
            {
                const BindingFlags instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
                var seen = new HashSet<string>();
                for (Type? level = type; level is not null && level != typeof(Module); level = level.BaseType)
                {
                    foreach (var field in level.GetFields(instance))
                    {
                        if (!field.FieldType.IsValueType && seen.Add(field.Name)) yield return field;
                    }
                }
            }

            private static void ThrowIfUnusable(Tensor? tensor, string argument, string what)
            {
                if (tensor is null) throw new ArgumentNullException(argument, $"No tensor was given for {what}.");
                if (tensor.IsInvalid)
                    throw new ArgumentException($"The tensor given for {what} is disposed: was it made in a DisposeScope that has closed?", argument);
            }

            private bool IsRegistered(string component)
                => _internal_submodules.ContainsKey(component) || _internal_params.ContainsKey(component) || _internal_buffers.ContainsKey(component);

            private InvalidOperationException AlreadyRegistered(string kind, string name)
                => new($"{GetName()} has a {kind} '{name}' already: give this one another name.");
        }
    }
}
