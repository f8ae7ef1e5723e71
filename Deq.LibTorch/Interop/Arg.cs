using System.Text;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp.Interop;

/// <summary>An argument on its way to an operator: a tagged value and the object it came from, which must outlive the call.</summary>
internal readonly struct Arg
{
    internal readonly object? Source;
    internal readonly long Bits;
    internal readonly Tag Tag;
    internal readonly int Count;

    private Arg(Tag tag, long bits, object? source = null, int count = 0) => (Tag, Bits, Source, Count) = (tag, bits, source, count);

    /// <summary>The schema's default; also what is left off at the end.</summary>
    internal static Arg Default => default;
    internal static Arg None => new(Tag.None, 0);

    /// <summary>A list of numbers that a schema calls <c>Scalar[]</c> or <c>float[]</c>.</summary>
    internal static Arg Numbers(double[] values) => new(Tag.Doubles, 0, values, values.Length);
    internal static Arg List(IEnumerable<Tensor> tensors) => tensors as Tensor[] ?? [.. tensors];
    internal static Arg List(ReadOnlySpan<Tensor> tensors) => tensors.ToArray();
    internal static Arg List(ReadOnlySpan<long> numbers) => numbers.ToArray();

    public static implicit operator Arg(Tensor? t) => t is null ? None : new(Tag.Tensor, 0, t);
    public static implicit operator Arg(Scalar? s) => s is null ? None : s.AsArgument();
    public static implicit operator Arg(long v) => new(Tag.Int, v);
    public static implicit operator Arg(int v) => new(Tag.Int, v);
    public static implicit operator Arg(bool v) => new(Tag.Bool, v ? 1 : 0);
    public static implicit operator Arg(double v) => new(Tag.Double, BitConverter.DoubleToInt64Bits(v));
    public static implicit operator Arg(float v) => (double)v;
    public static implicit operator Arg(torch.ScalarType v) => new(Tag.Int, (int)v);
    public static implicit operator Arg(long? v) => v is { } x ? x : None;
    public static implicit operator Arg(int? v) => v is { } x ? x : None;
    public static implicit operator Arg(bool? v) => v is { } x ? x : None;
    public static implicit operator Arg(double? v) => v is { } x ? x : None;
    public static implicit operator Arg(torch.ScalarType? v) => v is { } x ? x : None;
    public static implicit operator Arg(long[]? v) => v is null ? None : new(Tag.Ints, 0, v, v.Length);
    public static implicit operator Arg(bool[]? v) => v is null ? None : new(Tag.Bools, 0, v, v.Length);
    public static implicit operator Arg(Tensor?[]? v) => v is null ? None : new(Tag.Tensors, 0, v, v.Length);
    public static implicit operator Arg(string? v) => v is null ? None : new(Tag.String, 0, v, Encoding.UTF8.GetByteCount(v));
    public static implicit operator Arg(torch.Device? v) => v is null ? None : new(Tag.Device, v.index, v, (int)v.type);
    public static implicit operator Arg(torch.Generator? v) => v is null ? None : new(Tag.Generator, 0, v);

    internal static Arg Complex(double[] parts) => new(Tag.Complex, 0, parts);

    /// <summary>What the value needs beside its 16 bytes, in whole words.</summary>
    internal int ScratchBytes => Tag switch
    {
        Tag.Ints or Tag.Doubles or Tag.Tensors => 8 * Count,
        Tag.Bools or Tag.String => (Count + 7) & ~7,
        Tag.Complex => 16,
        _ => 0,
    };
}
