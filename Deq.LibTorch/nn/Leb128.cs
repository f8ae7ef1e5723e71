namespace TorchSharp;

/// <summary>Integers as TorchSharp's files have them: seven bits a byte, the lowest first, the top bit set on all but the last.</summary>
internal static class Leb128
{
    private const int LastShift = 56;

    public static void WriteLeb128(this BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        for (; value > 0x7f; value >>= 7) writer.Write((byte)(value | 0x80));
        writer.Write((byte)value);
    }

    public static long ReadLeb128(this BinaryReader reader)
    {
        long value = 0;
        for (var shift = 0; shift <= LastShift; shift += 7)
        {
            long bits = reader.ReadByte();
            value |= (bits & 0x7f) << shift;
            if ((bits & 0x80) == 0) return value;
        }

        throw new InvalidDataException("An integer in the file has more than nine bytes: the file is damaged or has another format.");
    }
}
