using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op arange_start_step = new("arange.start_step");
    internal static readonly Op eye_m = new("eye.m");
    internal static readonly Op linspace = new("linspace");
    internal static readonly Op logspace = new("logspace", "start,end,steps,base,dtype,layout,device");
}

public static partial class torch
{
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Created(requires_grad, Aten.arange_start_step.Call(start, stop, step, dtype ?? RangeType(start, stop, step), Arg.Default, OrDefault(device)));
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Created(requires_grad, Aten.linspace.Call(start, end, steps, dtype, Arg.Default, OrDefault(device)));
    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Created(requires_grad, Aten.logspace.Call(start, end, steps, @base, dtype, Arg.Default, OrDefault(device)));
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Created(requires_grad, Aten.eye_m.Call(rows, columns < 0 ? rows : columns, dtype, Arg.Default, OrDefault(device)));
    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null)
        => Aten.tril_indices.Call(row, col, offset, dtype, Arg.Default, OrDefault(device));
    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null)
        => Aten.triu_indices.Call(row, col, offset, dtype, Arg.Default, OrDefault(device));

    /// <summary>A tensor of the array's shape and element type, whatever its rank.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        return Type.GetTypeCode(rawArray.GetType().GetElementType()) switch
        {
            TypeCode.Boolean => FromArray<bool>(rawArray, ScalarType.Bool, dtype, device, requires_grad),
            TypeCode.Byte => FromArray<byte>(rawArray, ScalarType.Byte, dtype, device, requires_grad),
            TypeCode.SByte => FromArray<sbyte>(rawArray, ScalarType.Int8, dtype, device, requires_grad),
            TypeCode.Int16 => FromArray<short>(rawArray, ScalarType.Int16, dtype, device, requires_grad),
            TypeCode.Int32 => FromArray<int>(rawArray, ScalarType.Int32, dtype, device, requires_grad),
            TypeCode.Int64 => FromArray<long>(rawArray, ScalarType.Int64, dtype, device, requires_grad),
            TypeCode.Single => FromArray<float>(rawArray, ScalarType.Float32, dtype, device, requires_grad),
            TypeCode.Double => FromArray<double>(rawArray, ScalarType.Float64, dtype, device, requires_grad),
            _ => throw new NotSupportedException(
                $"An array of {rawArray.GetType().GetElementType()} cannot become a tensor; bool, byte, sbyte, short, int, long, float and double can."),
        };
    }

    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>The device that a factory uses where none is named.</summary>
    internal static Arg OrDefault(Device? device) => device ?? get_default_device();

    internal static Tensor Created(bool requiresGrad, Tensor tensor)
    {
        if (requiresGrad) tensor.requires_grad = true;
        return tensor;
    }

    /// <summary>Whole numbers make a range of int64, any other a range of the default type, as in PyTorch.</summary>
    private static ScalarType? RangeType(params ReadOnlySpan<Scalar> bounds)
    {
        foreach (var bound in bounds)
            if (bound is null || bound.IsFloating || bound.IsComplex) return get_default_dtype();
        return ScalarType.Int64;
    }

    private static Tensor FromScalar<T>(T value, ScalarType type, ScalarType? wanted, Device? device, bool requiresGrad) where T : unmanaged
        => FromSpan(new ReadOnlySpan<T>(in value), [], type, wanted, device, requiresGrad);

    private static Tensor FromList<T>(IList<T> values, ReadOnlySpan<long> sizes, ScalarType type, ScalarType? wanted, Device? device, bool requiresGrad) where T : unmanaged
        => FromSpan<T>(values as T[] ?? [.. values], sizes, type, wanted, device, requiresGrad);

    private static Tensor FromArray<T>(Array values, ScalarType type, ScalarType? wanted, Device? device, bool requiresGrad) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        var sizes = new long[values.Rank];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = values.GetLongLength(i);
        var data = values.Length == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length);
        return FromSpan(data, sizes, type, wanted, device, requiresGrad);
    }

    private static unsafe Tensor FromSpan<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> sizes, ScalarType type, ScalarType? wanted, Device? device, bool requiresGrad)
        where T : unmanaged
    {
        long count = 1;
        foreach (long size in sizes) count *= size;
        if (count != values.Length)
            throw new ArgumentException($"The dimensions [{string.Join(", ", sizes.ToArray())}] hold {count} elements, but {values.Length} were given.");
        nint made;
        fixed (T* data = values)
        fixed (long* shape = sizes)
        {
            // An empty span pins to null, which libtorch takes for no data at all.
            T none = default;
            NativeError.Check(NativeMethods.deq_from_bytes(data == null ? &none : data, shape, sizes.Length, (int)type, &made), "tensor");
        }

        var tensor = new Tensor(made, (int)Math.Min(((values.Length * (long)sizeof(T)) + 63) / 64, int.MaxValue));
        if (wanted is { } other && other != type) tensor = tensor.to(other, disposeAfter: true);
        var target = device ?? get_default_device();
        if (target.type != DeviceType.CPU) tensor = tensor.to(target, disposeAfter: true);
        return Created(requiresGrad, tensor);
    }
}
