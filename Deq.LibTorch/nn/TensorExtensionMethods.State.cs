using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One tensor in TorchSharp's own format: dtype, rank and sizes as LEB128 integers, then the elements' bytes.</summary>
public static partial class TensorExtensionMethods
{
    private const int ChunkBytes = 1 << 16;

    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        writer.WriteLeb128((long)tensor.dtype);
        var shape = tensor.shape;
        writer.WriteLeb128(shape.Length);
        foreach (var size in shape) writer.WriteLeb128(size);

        using var ungraphed = no_grad();
        using var local = tensor.to(DeviceType.CPU);
        using var dense = local.contiguous();
        writer.Flush();
        dense.WriteBytesToStream(writer.BaseStream);
    }

    public static void Save(this Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
    }

    public static void Save(this Tensor tensor, string location)
    {
        using var stream = File.Create(location);
        tensor.Save(stream);
    }

    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var (dtype, shape) = ReadHeader(reader);
        if (dtype != tensor.dtype)
            throw new ArgumentException($"The file has elements of type {dtype}, the tensor has {tensor.dtype}: load into a model of the type that was saved.");
        if (skip) SkipElements(reader, dtype, shape);
        else ReadInto(tensor, reader, shape);
    }

    public static Tensor Load(BinaryReader reader, bool skip = false)
    {
        Tensor? tensor = null;
        Load(ref tensor, reader, skip);
        return tensor!;
    }

    public static void Load(ref Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        var (dtype, shape) = ReadHeader(reader);
        tensor ??= skip ? torch.zeros(shape, dtype: dtype) : torch.empty(shape, dtype: dtype);
        if (skip) SkipElements(reader, dtype, shape);
        else ReadInto(tensor, reader, shape);
    }

    internal static void SkipEntry(BinaryReader reader)
    {
        var (dtype, shape) = ReadHeader(reader);
        SkipElements(reader, dtype, shape);
    }

    private static (ScalarType DType, long[] Shape) ReadHeader(BinaryReader reader)
    {
        var dtype = (ScalarType)reader.ReadLeb128();
        if (!Enum.IsDefined(dtype))
            throw new InvalidDataException($"The file has an element type {(int)dtype} that does not exist: it is damaged or has another format.");

        var shape = new long[checked((int)reader.ReadLeb128())];
        for (var dimension = 0; dimension < shape.Length; dimension++) shape[dimension] = reader.ReadLeb128();
        return (dtype, shape);
    }

    private static void ReadInto(Tensor tensor, BinaryReader reader, long[] shape)
    {
        if (!shape.SequenceEqual(tensor.shape))
        {
            throw new ArgumentException(
                $"The file has shape [{string.Join(", ", shape)}], the tensor has [{string.Join(", ", tensor.shape)}]: load into a model of the size that was saved.");
        }

        using var ungraphed = no_grad();
        if (tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            tensor.ReadBytesFromStream(reader.BaseStream);
            return;
        }

        using var dense = torch.empty(shape, dtype: tensor.dtype, device: CPU);
        dense.ReadBytesFromStream(reader.BaseStream);
        tensor.copy_(dense);
    }

    private static void SkipElements(BinaryReader reader, ScalarType dtype, long[] shape)
    {
        var left = checked(shape.Aggregate(1L, (product, size) => product * size) * dtype.ElementSize());
        var chunk = new byte[Math.Min(left, ChunkBytes)];
        while (left > 0)
        {
            var read = reader.Read(chunk, 0, (int)Math.Min(left, chunk.Length));
            if (read == 0) throw new EndOfStreamException($"The file ends {left} bytes before the end of a tensor.");
            left -= read;
        }
    }
}
