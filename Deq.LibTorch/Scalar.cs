using System.Numerics;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number as an operator takes it. It holds no native memory here; <see cref="Dispose"/> is part of TorchSharp's API.</summary>
public sealed class Scalar : IDisposable
{
    private readonly torch.ScalarType _type;
    private readonly long _integer;
    private readonly Complex _number;

    private Scalar(torch.ScalarType type, long value) => (_type, _integer, _number) = (type, value, value);
    private Scalar(torch.ScalarType type, Complex value) => (_type, _integer, _number) = (type, value.Real is >= long.MinValue and <= long.MaxValue ? (long)value.Real : 0, value);

    public torch.ScalarType Type => _type;

    public void Dispose() { }

    public static implicit operator Scalar(byte value) => new(torch.ScalarType.Int64, value);
    public static implicit operator Scalar(sbyte value) => new(torch.ScalarType.Int64, value);
    public static implicit operator Scalar(short value) => new(torch.ScalarType.Int64, value);
    public static implicit operator Scalar(int value) => new(torch.ScalarType.Int64, value);
    public static implicit operator Scalar(long value) => new(torch.ScalarType.Int64, value);
    public static implicit operator Scalar(float value) => new(torch.ScalarType.Float64, value);
    public static implicit operator Scalar(double value) => new(torch.ScalarType.Float64, value);
    public static implicit operator Scalar(Half value) => new(torch.ScalarType.Float64, (double)value);
    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, value ? 1 : 0);
    public static implicit operator Scalar((float, float) value) => new(torch.ScalarType.ComplexFloat64, new Complex(value.Item1, value.Item2));
    public static implicit operator Scalar(Complex value) => new(torch.ScalarType.ComplexFloat64, value);

    internal bool IsComplex => _type == torch.ScalarType.ComplexFloat64;
    internal bool IsFloating => _type == torch.ScalarType.Float64;
    internal bool IsBool => _type == torch.ScalarType.Bool;
    internal long Integer => _integer;
    internal double Real => _number.Real;
    internal Complex Number => _number;

    internal Arg AsArgument() => _type switch
    {
        torch.ScalarType.Bool => _integer != 0,
        torch.ScalarType.Int64 => _integer,
        torch.ScalarType.Float64 => _number.Real,
        _ => Arg.Complex([_number.Real, _number.Imaginary]),
    };

    internal static unsafe Scalar From(Value v)
    {
        switch (v.Tag)
        {
            case Tag.Int: return v.Bits;
            case Tag.Double: return v.Number;
            case Tag.Bool: return v.Bits != 0;
            default:
                var parts = (double*)v.Pointer;
                Scalar number = new Complex(parts[0], parts[1]);
                NativeMethods.deq_free_memory(v.Pointer);
                return number;
        }
    }
}
