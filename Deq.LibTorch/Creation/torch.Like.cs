using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op zeros_like = new("zeros_like");
    internal static readonly Op ones_like = new("ones_like");
    internal static readonly Op empty_like = new("empty_like");
    internal static readonly Op full_like = new("full_like");
    internal static readonly Op new_zeros = new("new_zeros");
    internal static readonly Op new_ones = new("new_ones");
    internal static readonly Op new_empty = new("new_empty");
    internal static readonly Op new_full = new("new_full");
}

public static partial class torch
{
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => input.zeros_like(dtype, device, requires_grad);
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => input.ones_like(dtype, device, requires_grad);
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => input.empty_like(dtype, device, requires_grad);
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => input.full_like(value, dtype, device, requires_grad);

    public partial class Tensor
    {
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.zeros_like.Call(this, dtype, Arg.Default, device));
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.ones_like.Call(this, dtype, Arg.Default, device));
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.empty_like.Call(this, dtype, Arg.Default, device));
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.full_like.Call(this, value, dtype, Arg.Default, device));

        public Tensor new_zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_zeros.Call(this, (long[])[dim0, dim1, dim2, dim3], dtype, Arg.Default, device));
        public Tensor new_zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_zeros.Call(this, (long[])[dim0, dim1, dim2], dtype, Arg.Default, device));
        public Tensor new_zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_zeros.Call(this, (long[])[rows, columns], dtype, Arg.Default, device));
        public Tensor new_zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_zeros.Call(this, (long[])[size], dtype, Arg.Default, device));
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_zeros.Call(this, size, dtype, Arg.Default, device));
        public Tensor new_zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_zeros.Call(this, Arg.List(size), dtype, Arg.Default, device));
        public Tensor new_ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_ones.Call(this, (long[])[dim0, dim1, dim2, dim3], dtype, Arg.Default, device));
        public Tensor new_ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_ones.Call(this, (long[])[dim0, dim1, dim2], dtype, Arg.Default, device));
        public Tensor new_ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_ones.Call(this, (long[])[rows, columns], dtype, Arg.Default, device));
        public Tensor new_ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_ones.Call(this, (long[])[size], dtype, Arg.Default, device));
        public Tensor new_empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_empty.Call(this, (long[])[dim0, dim1, dim2, dim3], dtype, Arg.Default, device));
        public Tensor new_empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_empty.Call(this, (long[])[dim0, dim1, dim2], dtype, Arg.Default, device));
        public Tensor new_empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_empty.Call(this, (long[])[rows, columns], dtype, Arg.Default, device));
        public Tensor new_empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_empty.Call(this, (long[])[size], dtype, Arg.Default, device));
        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_empty.Call(this, size, dtype, Arg.Default, device));
        public Tensor new_empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_empty.Call(this, Arg.List(size), dtype, Arg.Default, device));
        public Tensor new_full(long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_full.Call(this, (long[])[dim0, dim1, dim2, dim3], value, dtype, Arg.Default, device));
        public Tensor new_full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_full.Call(this, (long[])[dim0, dim1, dim2], value, dtype, Arg.Default, device));
        public Tensor new_full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_full.Call(this, (long[])[rows, columns], value, dtype, Arg.Default, device));
        public Tensor new_full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_full.Call(this, (long[])[size], value, dtype, Arg.Default, device));
        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_full.Call(this, size, value, dtype, Arg.Default, device));
        public Tensor new_full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Created(requires_grad, Aten.new_full.Call(this, Arg.List(size), value, dtype, Arg.Default, device));
    }
}
