using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What a <see cref="Value"/> holds; the order is the native side's.</summary>
internal enum Tag
{
    Default, None, Tensor, Int, Double, Bool, Ints, Doubles, Bools, Tensors, String, Device, Complex, Generator,
}

/// <summary>One argument or result of an operator as it crosses to the native side.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct Value
{
    [FieldOffset(0)] public Tag Tag;

    /// <summary>Length of a list or string, type of a device, storage of a resulting tensor in units of 64 bytes.</summary>
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public long Bits;
    [FieldOffset(8)] public double Number;
    [FieldOffset(8)] public nint Pointer;
}

/// <summary>What the native side knows of a tensor without touching its data.</summary>
internal unsafe struct TensorInfo
{
    public long Dimensions, Elements;
    public long* Sizes, Strides;
    public int DType, DeviceType, DeviceIndex, ElementSize;
    public byte RequiresGrad, IsLeaf, IsContiguous, Layout;
    public int Version;
}
