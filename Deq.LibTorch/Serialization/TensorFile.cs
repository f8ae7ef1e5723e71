namespace TorchSharp;

/// <summary>TorchSharp's own file format of a tensor: element type, number of dimensions, sizes, bytes.</summary>
public static partial class TensorExtensionMethods
{
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Encode((long)tensor.dtype);
        writer.Encode(tensor.dim());
        foreach (long size in tensor.shape) writer.Encode(size);
        writer.Flush();
        using var scope = torch.NewDisposeScope();
        tensor.detach().cpu().contiguous().WriteBytesToStream(writer.BaseStream);
    }

    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
        stream.Flush();
    }

    public static void Save(this torch.Tensor tensor, string location) => tensor.Save(File.Create(location));

    /// <summary>Reads into a tensor of the same type and shape, wherever it is.</summary>
    /// <param name="skip">Passes over the data.</param>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(reader);
        var (type, sizes) = ReadHeader(reader);
        if (type != tensor.dtype) throw new ArgumentException($"The file holds a tensor of {type}, to be read into one of {tensor.dtype}.");
        ReadData(tensor, type, sizes, reader, skip);
    }

    /// <summary>As above; makes the tensor where there is none.</summary>
    public static void Load(ref torch.Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (type, sizes) = ReadHeader(reader);
        tensor ??= skip ? torch.zeros(sizes, type) : torch.empty(sizes, type);
        ReadData(tensor, type, sizes, reader, skip);
    }

    public static torch.Tensor Load(BinaryReader reader, bool skip = false)
    {
        torch.Tensor? tensor = null;
        Load(ref tensor, reader, skip);
        return tensor!;
    }

    private static (torch.ScalarType Type, long[] Sizes) ReadHeader(BinaryReader reader)
    {
        long type = reader.Decode(), dim = reader.Decode();
        if (!Enum.IsDefined(typeof(torch.ScalarType), (sbyte)Math.Min(type, sbyte.MaxValue)) || dim > 64)
            throw new InvalidDataException($"The file is no tensor file of TorchSharp: type {type}, {dim} dimensions.");
        var sizes = new long[dim];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = reader.Decode();
        return ((torch.ScalarType)type, sizes);
    }

    private static void ReadData(torch.Tensor tensor, torch.ScalarType type, long[] sizes, BinaryReader reader, bool skip)
    {
        if (skip)
        {
            reader.BaseStream.Seek(sizes.TotalSize() * type.ElementSize(), SeekOrigin.Current);
            return;
        }

        if (!sizes.AsSpan().SequenceEqual(tensor.shape))
            throw new ArgumentException($"The file holds a tensor of shape [{string.Join(", ", sizes)}], to be read into one of [{string.Join(", ", tensor.shape)}].");
        using var scope = torch.no_grad();
        if (type == tensor.dtype && tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            tensor.ReadBytesFromStream(reader.BaseStream);
            return;
        }

        using var read = torch.empty(sizes, type, torch.CPU);
        read.ReadBytesFromStream(reader.BaseStream);
        tensor.copy_(read);
    }
}

public static partial class torch
{
    public static void save(Tensor t, string location) => t.save(location);

    public static Tensor load(string location) => Tensor.Load(location);

    public partial class Tensor
    {
        public void save(string location) => this.Save(location);

        public static Tensor load(string location) => Load(location);

        public static Tensor Load(string location)
        {
            using var stream = File.OpenRead(location);
            return Load(stream);
        }

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream);
            return Load(reader);
        }

        public static Tensor Load(BinaryReader reader) => TensorExtensionMethods.Load(reader);

        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            ArgumentNullException.ThrowIfNull(stream);
            RequirePlain();
            long length = numel() * element_size();
            byte* data = (byte*)DataPointer();
            for (long at = 0; at < length;)
            {
                int part = (int)Math.Min(length - at, Math.Max(bufferSize, 1 << 16));
                stream.Write(new ReadOnlySpan<byte>(data + at, part));
                at += part;
            }

            GC.KeepAlive(this);
        }

        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            ArgumentNullException.ThrowIfNull(stream);
            RequirePlain();
            long length = numel() * element_size();
            byte* data = (byte*)DataPointer();
            for (long at = 0; at < length;)
            {
                int part = (int)Math.Min(length - at, Math.Max(bufferSize, 1 << 16));
                stream.ReadExactly(new Span<byte>(data + at, part));
                at += part;
            }

            GC.KeepAlive(this);
        }

        private void RequirePlain()
        {
            if (device_type != DeviceType.CPU || !is_contiguous())
                throw new NotSupportedException($"The bytes of a contiguous tensor on the CPU can be read and written; this one is {this}: use cpu() or contiguous() before.");
        }
    }
}
