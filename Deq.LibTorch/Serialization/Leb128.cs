namespace TorchSharp;

/// <summary>Whole numbers in TorchSharp's files: seven bits a byte, the lowest first, the eighth bit says that more follow.</summary>
internal static class Leb128
{
    internal static void Encode(this BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        writer.Write7BitEncodedInt64(value);
    }

    internal static long Decode(this BinaryReader reader)
    {
        long value = reader.Read7BitEncodedInt64();
        return value >= 0 ? value : throw new InvalidDataException("The file is no tensor file of TorchSharp: a negative size in it.");
    }
}
