using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op argsort = new("argsort");
    internal static readonly Op bincount = new("bincount");
    internal static readonly Op bucketize_Tensor = new("bucketize.Tensor");
    internal static readonly Op cummax = new("cummax");
    internal static readonly Op cummin = new("cummin");
    internal static readonly Op cumprod = new("cumprod");
    internal static readonly Op cumsum = new("cumsum");
    internal static readonly Op cumulative_trapezoid_dx = new("cumulative_trapezoid.dx");
    internal static readonly Op cumulative_trapezoid_x = new("cumulative_trapezoid.x");
    internal static readonly Op diff = new("diff");
    internal static readonly Op log_softmax_int = new("log_softmax.int");
    internal static readonly Op logcumsumexp = new("logcumsumexp");
    internal static readonly Op msort = new("msort");
    internal static readonly Op renorm = new("renorm");
    internal static readonly Op searchsorted_Scalar = new("searchsorted.Scalar");
    internal static readonly Op searchsorted_Tensor = new("searchsorted.Tensor");
    internal static readonly Op softmax_int = new("softmax.int");
    internal static readonly Op topk = new("topk");
    internal static readonly Op trapezoid_dx = new("trapezoid.dx");
    internal static readonly Op trapezoid_x = new("trapezoid.x");
    internal static readonly Op unique_consecutive = new("unique_consecutive");
    internal static readonly Op unique_dim = new("unique_dim");
    internal static readonly Op _unique2 = new("_unique2");
}

public static partial class torch
{
    public partial class Tensor
    {
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            var (output, inverse, counts) = dim is { } d
                ? Aten.unique_dim.Call3(this, d, sorted, return_inverse, return_counts)
                : Aten._unique2.Call3(this, sorted, return_inverse, return_counts);
            if (!return_inverse) inverse.Dispose();
            if (!return_counts) counts.Dispose();
            return (output, return_inverse ? inverse : null, return_counts ? counts : null);
        }

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.cumsum.Call(this, dim, type);
        public Tensor cumprod(long dim, ScalarType? type = null) => Aten.cumprod.Call(this, dim, type);
        public (Tensor values, Tensor indexes) cummax(long dim) => Aten.cummax.Call2(this, dim);
        public (Tensor values, Tensor indexes) cummin(long dim) => Aten.cummin.Call2(this, dim);
        public Tensor logcumsumexp(long dim) => Aten.logcumsumexp.Call(this, dim);
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => Aten.diff.Call(this, n, dim, prepend, append);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Aten.softmax_int.Call(this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.log_softmax_int.Call(this, dim, dtype);
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Aten.topk.Call2(this, k, dim, largest, sorted);
        public Tensor argsort(long dim = -1, bool descending = false) => Aten.argsort.Call(this, dim, descending);
        public Tensor msort() => Aten.msort.Call(this);
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(bool return_inverse = false, bool return_counts = false, int? dim = null) => Aten.unique_consecutive.Call3(this, return_inverse, return_counts, dim);
        public Tensor bincount(Tensor weights, long minlength = 0) => Aten.bincount.Call(this, weights, minlength);
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) => Aten.bucketize_Tensor.Call(this, boundaries, outInt32, right);
        public Tensor renorm(float p, long dim, float maxnorm) => Aten.renorm.Call(this, p, dim, maxnorm);
        public Tensor trapezoid(double dx = 1, long dim = -1) => Aten.trapezoid_dx.Call(this, dx, dim);
        public Tensor trapezoid(Tensor x, long dim = -1) => Aten.trapezoid_x.Call(this, x, dim);
        public Tensor cumulative_trapezoid(double dx = 1, long dim = -1) => Aten.cumulative_trapezoid_dx.Call(this, dx, dim);
        public Tensor cumulative_trapezoid(Tensor x, long dim = -1) => Aten.cumulative_trapezoid_x.Call(this, x, dim);
    }

    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => Aten.cumsum.Call(input, dim, type);
    public static Tensor cumprod(Tensor input, long dim, ScalarType? dtype = null) => Aten.cumprod.Call(input, dim, dtype);
    public static (Tensor values, Tensor indices) cummax(Tensor input, long dim) => Aten.cummax.Call2(input, dim);
    public static (Tensor values, Tensor indices) cummin(Tensor input, long dim) => Aten.cummin.Call2(input, dim);
    public static Tensor logcumsumexp(Tensor input, long dim) => Aten.logcumsumexp.Call(input, dim);
    public static Tensor diff(Tensor input, long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => Aten.diff.Call(input, n, dim, prepend, append);
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => Aten.softmax_int.Call(input, dim, dtype);
    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) => Aten.topk.Call2(tensor, k, dim, largest, sorted);
    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) => Aten.argsort.Call(input, dim, descending);
    public static Tensor msort(Tensor tensor) => Aten.msort.Call(tensor);
    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(Tensor input, bool return_inverse = false, bool return_counts = false, int? dim = null) => Aten.unique_consecutive.Call3(input, return_inverse, return_counts, dim);
    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => Aten.bincount.Call(input, weights, minlength);
    public static Tensor bucketize(Tensor input, Tensor boundaries, bool outInt32 = false, bool right = false) => Aten.bucketize_Tensor.Call(input, boundaries, outInt32, right);
    public static Tensor searchsorted(Tensor sorted_sequence, Scalar values, bool out_int32, bool right, Tensor sorter) => Aten.searchsorted_Scalar.Call(sorted_sequence, values, out_int32, right, Arg.Default, sorter);
    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null) => Aten.searchsorted_Tensor.Call(sorted_sequence, values, out_int32, right, Arg.Default, sorter);
    public static Tensor renorm(Tensor input, float p, long dim, float maxnorm) => Aten.renorm.Call(input, p, dim, maxnorm);
    public static Tensor trapezoid(Tensor y, double dx = 1, long dim = -1) => Aten.trapezoid_dx.Call(y, dx, dim);
    public static Tensor trapezoid(Tensor y, Tensor x, long dim = -1) => Aten.trapezoid_x.Call(y, x, dim);
    public static Tensor cumulative_trapezoid(Tensor y, double dx = 1, long dim = -1) => Aten.cumulative_trapezoid_dx.Call(y, dx, dim);
    public static Tensor cumulative_trapezoid(Tensor y, Tensor x, long dim = -1) => Aten.cumulative_trapezoid_x.Call(y, x, dim);
    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(Tensor input, bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) => input.unique(sorted, return_inverse, return_counts, dim);
}
