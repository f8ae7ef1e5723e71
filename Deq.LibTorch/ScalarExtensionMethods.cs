using System.Numerics;

namespace TorchSharp;

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this bool value) => value;
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this sbyte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this Half value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this (float, float) value) => value;
    public static Scalar ToScalar(this Complex value) => value;

    public static bool ToBoolean(this Scalar value) => value.Number != Complex.Zero;
    public static byte ToByte(this Scalar value) => (byte)value.AsInteger();
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.AsInteger();
    public static short ToInt16(this Scalar value) => (short)value.AsInteger();
    public static int ToInt32(this Scalar value) => (int)value.AsInteger();
    public static long ToInt64(this Scalar value) => value.AsInteger();
    public static Half ToHalf(this Scalar value) => (Half)value.AsReal();
    public static float ToSingle(this Scalar value) => (float)value.AsReal();
    public static double ToDouble(this Scalar value) => value.AsReal();
    public static (float Real, float Imaginary) ToComplexFloat32(this Scalar value) => ((float)value.Number.Real, (float)value.Number.Imaginary);
    public static Complex ToComplexFloat64(this Scalar value) => value.Number;

    private static long AsInteger(this Scalar value) => value.IsFloating ? (long)value.AsReal() : value.IsComplex ? (long)value.AsReal() : value.Integer;

    private static double AsReal(this Scalar value) => value.IsComplex && value.Number.Imaginary != 0
        ? throw new InvalidOperationException($"{value.Number} has an imaginary part and is no real number.")
        : value.Real;

    /// <summary>For an element type that the tensor was checked to have.</summary>
    internal static T As<T>(this Scalar value) where T : unmanaged
    {
        object boxed = default(T) switch
        {
            bool => value.ToBoolean(),
            byte => value.ToByte(),
            sbyte => value.ToSByte(),
            short => value.ToInt16(),
            int => value.ToInt32(),
            long => value.ToInt64(),
            Half => value.ToHalf(),
            float => value.ToSingle(),
            double => value.ToDouble(),
            Complex => value.ToComplexFloat64(),
            _ => value.ToComplexFloat32(),
        };
        return (T)boxed;
    }
}
