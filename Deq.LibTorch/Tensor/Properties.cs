using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op is_nonzero = new("is_nonzero");
}

public static partial class torch
{
    public partial class Tensor
    {
        public unsafe long[] shape
        {
            get
            {
                var info = Info;
                var sizes = new ReadOnlySpan<long>(info.Sizes, (int)info.Dimensions).ToArray();
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long[] size() => shape;

        public long size(int dim) => AtDimension(shape, dim);

        public unsafe long[] stride()
        {
            var info = Info;
            if (info.Strides == null) throw new InvalidOperationException("A sparse tensor has no strides.");
            var strides = new ReadOnlySpan<long>(info.Strides, (int)info.Dimensions).ToArray();
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => AtDimension(stride(), dim);

        public long dim()
        {
            long d = NativeMethods.deq_dim(Handle);
            GC.KeepAlive(this);
            return d;
        }

        public long ndim => dim();
        public long Dimensions => dim();

        public long numel()
        {
            long n = NativeMethods.deq_numel(Handle);
            GC.KeepAlive(this);
            return n;
        }

        public long NumberOfElements => numel();
        public long element_size() => Info.ElementSize;
        public long ElementSize => Info.ElementSize;

        public ScalarType dtype => (ScalarType)Info.DType;
        public Device device
        {
            get
            {
                var info = Info;
                return info.DeviceType == (int)DeviceType.CPU ? CPU : new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public DeviceType device_type => (DeviceType)Info.DeviceType;
        public int device_index => Info.DeviceIndex;
        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_sparse => Info.Layout != 0;
        public bool is_contiguous() => Info.IsContiguous != 0;
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_complex() => torch.is_complex(dtype);
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_leaf => Info.IsLeaf != 0;
        public bool is_nonzero() => Aten.is_nonzero.CallBool(this);

        private static long AtDimension(long[] values, int dim)
        {
            int at = dim < 0 ? dim + values.Length : dim;
            return (uint)at < (uint)values.Length
                ? values[at]
                : throw new ArgumentOutOfRangeException(nameof(dim), dim, $"The tensor has {values.Length} dimensions.");
        }
    }

    public static bool is_floating_point(Tensor input) => input.is_floating_point();
    public static bool is_complex(Tensor input) => input.is_complex();
    public static bool is_integral(Tensor t) => t.is_integral();
    public static bool is_nonzero(Tensor input) => input.is_nonzero();
    public static bool is_tensor(object obj) => obj is Tensor;
    public static long numel(Tensor input) => input.numel();
}
