using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected DeviceType _deviceType = DeviceType.CPU;
            protected int _deviceIndex = -1;

            public Module _to(Tensor other, bool non_blocking) => _to(other.device, other.dtype, non_blocking);

            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                ThrowUnlessConvertible(dtype);
                ThrowUnlessAvailable(device.type);
                _toEpilog(dtype, device, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                ThrowUnlessAvailable(deviceType);
                _toEpilog(null, new Device(deviceType, deviceType == DeviceType.CUDA ? deviceIndex : -1), non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                ThrowUnlessConvertible(dtype);
                _toEpilog(dtype, null, non_blocking);
                return this;
            }

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking)
                => _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>
            /// Moves what the children have, then replaces this module's own parameters and buffers: through the public
            /// property of that name where there is one, else in the registry and in the field of that name.
            /// </summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (dtype is null && device is null)
                    throw new ArgumentNullException(nameof(dtype), "Neither a dtype nor a device to convert the module to was given.");

                foreach (var (_, child) in named_children())
                {
                    if (device is null) child._to(dtype!.Value, non_blocking);
                    else if (dtype is null) child._to(device.type, device.index, non_blocking);
                    else child._to(device, dtype.Value, non_blocking);
                }

                foreach (var (component, parameter) in named_parameters(false).ToList())
                {
                    if (!ReplaceParameter(dtype, device, parameter, out var converted)) continue;
                    SetMember(component, converted);
                    if (_internal_params.TryGetValue(component, out var current) && ReferenceEquals(current, converted)) continue;
                    parameter.Dispose();
                    ConditionallyRegisterParameter(component, converted);
                }

                foreach (var (component, buffer) in named_buffers(false).ToList())
                {
                    if (!ReplaceBuffer(dtype, device, buffer, out var converted)) continue;
                    SetMember(component, converted);
                    ConditionallyRegisterBuffer(component, converted);
                }

                if (device is null) return;
                _deviceType = device.type;
                _deviceIndex = device.index;
            }

            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, [NotNullWhen(true)] out Parameter? p)
            {
                p = null;
                using var gradient = param.grad;
                var (targetType, targetDevice) = Target(dtype, device, param);
                if (!IsElsewhere(param, targetType, targetDevice) && (gradient is null || !IsElsewhere(gradient, targetType, targetDevice)))
                    return false;

                // Without a graph: what comes out must be a leaf, or the optimiser would never see its gradient.
                using var ungraphed = no_grad();
                p = new Parameter(param.to(targetType, targetDevice, copy: true), param.requires_grad);
                p.DetachFromDisposeScope();
                if (gradient is null) return true;

                using var converted = gradient.to(targetType, targetDevice).with_requires_grad(gradient.requires_grad);
                p.grad = converted;
                return true;
            }

            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, [NotNullWhen(true)] out Tensor? result)
            {
                result = null;
                var (targetType, targetDevice) = Target(dtype, device, buffer);
                if (!IsElsewhere(buffer, targetType, targetDevice)) return false;

                result = buffer.to(targetType, targetDevice).DetachFromDisposeScope();
                buffer.Dispose();
                return true;
            }

            internal T MoveModule<T>(Device? device, ScalarType? dtype)
                where T : Module
            {
                var (targetDevice, targetType) = GetDefaultDeviceAndType(device, dtype);
                return (T)_to(targetDevice, targetType, false);
            }

            // Counters and masks keep their integer or boolean type.
            private static (ScalarType Type, Device Device) Target(ScalarType? dtype, Device? device, Tensor tensor)
                => (dtype is { } type && (IsFloating(tensor.dtype) || IsComplex(tensor.dtype)) ? type : tensor.dtype, device ?? tensor.device);

            private static bool IsElsewhere(Tensor tensor, ScalarType dtype, Device device)
                => tensor.dtype != dtype || tensor.device_type != device.type || (device.index >= 0 && tensor.device_index != device.index);

            private static bool IsFloating(ScalarType dtype)
                => dtype is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

            private static bool IsComplex(ScalarType dtype) => dtype is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;

            private static void ThrowUnlessConvertible(ScalarType dtype)
            {
                if (IsFloating(dtype) || IsComplex(dtype)) return;
                throw new ArgumentException(
                    $"A module can be converted to a floating point or complex type, not to {dtype}: its parameters would have no gradient.", nameof(dtype));
            }

            private static void ThrowUnlessAvailable(DeviceType deviceType)
            {
                if (deviceType == DeviceType.CUDA && !cuda.is_available())
                    throw new InvalidOperationException("The module cannot be moved to CUDA: torch.cuda.is_available() is false.");
            }

            private void SetMember(string component, Tensor value)
            {
                if (GetType().GetProperty(component, BindingFlags.Public | BindingFlags.Instance) is { CanWrite: true } property)
                    property.SetValue(this, value);
                else
                    ComponentFields(GetType()).FirstOrDefault(field => ComponentName(field) == component)?.SetValue(this, value);
            }
        }
    }
}
