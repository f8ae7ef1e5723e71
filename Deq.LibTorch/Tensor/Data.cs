using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op resize_ = new("resize_");
    internal static readonly Op item = new("item");
    internal static readonly Op nonzero_numpy = new("nonzero_numpy");
}

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The one element, of the tensor's own type: a float32 tensor gives a <c>float</c>.</summary>
        public T item<T>() where T : unmanaged
        {
            if (numel() != 1) throw new ArgumentException($"item() reads the one element of a tensor; this one is {this}.");
            RequireElementType<T>();
            return ToScalar().As<T>();
        }

        public Scalar ToScalar() => Aten.item.CallScalar(this);

        /// <summary>Reads and writes the elements in place (a copy of them where the tensor is not on the CPU).</summary>
        public Utils.TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireElementType<T>();
            return new Utils.TensorAccessor<T>(cpu());
        }

        /// <summary>The bytes of a contiguous tensor on the CPU, in place.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                var info = Info;
                if (info.DeviceType != (int)DeviceType.CPU || info.IsContiguous == 0)
                    throw new NotSupportedException($"bytes reads a contiguous tensor on the CPU; this one is {this}: use cpu() or contiguous() before.");
                long length = info.Elements * info.ElementSize;
                if (length > int.MaxValue) throw new NotSupportedException($"bytes reads up to 2 GB; this tensor has {length} bytes.");
                return new Span<byte>(DataPointer(), (int)length);
            }

            set
            {
                var target = bytes;
                if (value.Length != target.Length) throw new ArgumentException($"The tensor has {target.Length} bytes, {value.Length} were given.");
                value.CopyTo(target);
            }
        }

        public bool ReadCpuBool(long i) => data<bool>()[i];
        public byte ReadCpuByte(long i) => data<byte>()[i];
        public sbyte ReadCpuSByte(long i) => data<sbyte>()[i];
        public short ReadCpuInt16(long i) => data<short>()[i];
        public int ReadCpuInt32(long i) => data<int>()[i];
        public long ReadCpuInt64(long i) => data<long>()[i];
        public float ReadCpuSingle(long i) => data<float>()[i];
        public double ReadCpuDouble(long i) => data<double>()[i];

        internal unsafe void* DataPointer()
        {
            void* data;
            NativeError.Check(NativeMethods.deq_data(Handle, &data), "data");
            GC.KeepAlive(this);
            return data;
        }

        internal void RequireElementType<T>()
        {
            var type = dtype;
            bool fits = type switch
            {
                ScalarType.Byte => typeof(T) == typeof(byte),
                ScalarType.Int8 => typeof(T) == typeof(sbyte),
                ScalarType.Int16 => typeof(T) == typeof(short),
                ScalarType.Int32 => typeof(T) == typeof(int),
                ScalarType.Int64 => typeof(T) == typeof(long),
                ScalarType.Float16 => typeof(T) == typeof(Half),
                ScalarType.Float32 => typeof(T) == typeof(float),
                ScalarType.Float64 => typeof(T) == typeof(double),
                ScalarType.Bool => typeof(T) == typeof(bool),
                ScalarType.ComplexFloat32 => typeof(T) == typeof((float, float)),
                ScalarType.ComplexFloat64 => typeof(T) == typeof(System.Numerics.Complex),
                _ => false,
            };
            if (!fits) throw new ArgumentException($"{typeof(T).Name} is not compatible with {type}: convert the tensor first, as in t.to(torch.float32).");
        }

        /// <summary>
        /// There so that overloads for numbers are better than those for tensors (<c>t.add(1)</c> is not ambiguous), and not to be used: a
        /// number as an operator takes it has no type of its own.
        /// </summary>
        public static implicit operator Tensor(Scalar scalar) => throw new InvalidOperationException("A Scalar does not become a tensor by itself: use torch.tensor(number).");

        public static implicit operator Tensor(bool value) => tensor(value);
        public static implicit operator Tensor(byte value) => tensor(value);
        public static implicit operator Tensor(sbyte value) => tensor(value);
        public static implicit operator Tensor(short value) => tensor(value);
        public static implicit operator Tensor(int value) => tensor(value);
        public static implicit operator Tensor(long value) => tensor(value);
        public static implicit operator Tensor(float value) => tensor(value);
        public static implicit operator Tensor(double value) => tensor(value);
        public static implicit operator Tensor(bool[] value) => tensor(value);
        public static implicit operator Tensor(byte[] value) => tensor(value);
        public static implicit operator Tensor(sbyte[] value) => tensor(value);
        public static implicit operator Tensor(short[] value) => tensor(value);
        public static implicit operator Tensor(int[] value) => tensor(value);
        public static implicit operator Tensor(long[] value) => tensor(value);
        public static implicit operator Tensor(float[] value) => tensor(value);
        public static implicit operator Tensor(double[] value) => tensor(value);

        public static explicit operator bool(Tensor value) => value.ToBoolean();
        public static explicit operator byte(Tensor value) => value.ToByte();
        public static explicit operator sbyte(Tensor value) => value.ToSByte();
        public static explicit operator short(Tensor value) => value.ToInt16();
        public static explicit operator int(Tensor value) => value.ToInt32();
        public static explicit operator long(Tensor value) => value.ToInt64();
        public static explicit operator float(Tensor value) => value.ToSingle();
        public static explicit operator double(Tensor value) => value.ToDouble();
    }
}
