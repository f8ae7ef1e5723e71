using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One tensor in TorchSharp's own format: dtype, rank and sizes as LEB128 integers, then the elements' bytes.</summary>
public static partial class TensorExtensionMethods
{
    private const int ChunkBytes = 1 << 16;
    private const long PartElements = 1 << 24;
    private const long MaximalRank = 64;

    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        writer.WriteLeb128((long)tensor.dtype);
        var shape = tensor.shape;
        writer.WriteLeb128(shape.Length);
        foreach (var size in shape) writer.WriteLeb128(size);

        writer.Flush();
        using var scope = NewDisposeScope();
        foreach (var part in Parts(tensor.detach().cpu().contiguous())) writer.BaseStream.Write(part.bytes);
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
        var code = reader.ReadLeb128();
        if (code > sbyte.MaxValue || !Enum.IsDefined((ScalarType)code))
            throw new InvalidDataException($"The file has an element type {code} that does not exist: it is damaged or has another format.");

        var rank = reader.ReadLeb128();
        if (rank > MaximalRank)
            throw new InvalidDataException($"The file has a tensor of {rank} dimensions: it is damaged or has another format.");

        var shape = new long[rank];
        for (var dimension = 0; dimension < shape.Length; dimension++) shape[dimension] = reader.ReadLeb128();
        return ((ScalarType)code, shape);
    }

    private static void ReadInto(Tensor tensor, BinaryReader reader, long[] shape)
    {
        if (!shape.SequenceEqual(tensor.shape))
        {
            throw new ArgumentException(
                $"The file has shape [{string.Join(", ", shape)}], the tensor has [{string.Join(", ", tensor.shape)}]: load into a model of the size that was saved.");
        }

        using var ungraphed = no_grad();
        using var scope = NewDisposeScope();
        var inPlace = tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        var dense = inPlace ? tensor.detach() : torch.empty(shape, dtype: tensor.dtype, device: CPU);
        foreach (var part in Parts(dense)) reader.BaseStream.ReadExactly(part.bytes);
        if (!inPlace) tensor.copy_(dense);
    }

    /// <summary>Pieces of a contiguous tensor, for a span has no room for more than 2 GB.</summary>
    private static IEnumerable<Tensor> Parts(Tensor dense)
    {
        var flat = dense.view(-1);
        for (long start = 0; start < flat.shape[0]; start += PartElements)
            yield return flat.narrow(0, start, Math.Min(PartElements, flat.shape[0] - start));
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
