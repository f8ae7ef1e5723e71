using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op all = new("all");
    internal static readonly Op all_dim = new("all.dim");
    internal static readonly Op amax = new("amax");
    internal static readonly Op amin = new("amin");
    internal static readonly Op aminmax = new("aminmax");
    internal static readonly Op any = new("any");
    internal static readonly Op any_dim = new("any.dim");
    internal static readonly Op argmax = new("argmax");
    internal static readonly Op argmin = new("argmin");
    internal static readonly Op count_nonzero = new("count_nonzero");
    internal static readonly Op count_nonzero_dim_IntList = new("count_nonzero.dim_IntList");
    internal static readonly Op dist = new("dist");
    internal static readonly Op histc = new("histc");
    internal static readonly Op kthvalue = new("kthvalue");
    internal static readonly Op logsumexp = new("logsumexp");
    internal static readonly Op max = new("max");
    internal static readonly Op max_dim = new("max.dim");
    internal static readonly Op max_other = new("max.other");
    internal static readonly Op mean = new("mean");
    internal static readonly Op mean_dim = new("mean.dim");
    internal static readonly Op median = new("median");
    internal static readonly Op min = new("min");
    internal static readonly Op min_dim = new("min.dim");
    internal static readonly Op min_other = new("min.other");
    internal static readonly Op mode = new("mode");
    internal static readonly Op nanmean = new("nanmean");
    internal static readonly Op nanmedian = new("nanmedian");
    internal static readonly Op nanquantile = new("nanquantile");
    internal static readonly Op nansum = new("nansum");
    internal static readonly Op norm_Scalar = new("norm.Scalar");
    internal static readonly Op norm_ScalarOpt_dim = new("norm.ScalarOpt_dim");
    internal static readonly Op prod = new("prod");
    internal static readonly Op prod_dim_int = new("prod.dim_int");
    internal static readonly Op quantile = new("quantile");
    internal static readonly Op sort_stable = new("sort.stable");
    internal static readonly Op sum = new("sum");
    internal static readonly Op sum_dim_IntList = new("sum.dim_IntList");
    internal static readonly Op trace = new("trace");
}

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Call(this, dim, keepdim, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Call(this, dim, keepdim, type);
        public Tensor sum(ScalarType? type = null) => Aten.sum.Call(this, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Call(this, Arg.List(dim), keepdim, type);
        public Tensor mean() => Aten.mean.Call(this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Aten.mean_dim.Call(this, dimensions, keepdim, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Aten.prod_dim_int.Call(this, dim, keepdim, type);
        public Tensor prod(ScalarType? type = null) => Aten.prod.Call(this, type);
        public Tensor amax(params long[] dims) => Aten.amax.Call(this, dims);
        public Tensor amin(params long[] dims) => Aten.amin.Call(this, dims);
        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) => Aten.aminmax.Call2(this, dim, keepdim);
        public Tensor max() => Aten.max.Call(this);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Aten.max_dim.Call2(this, dim, keepdim);
        public Tensor max(Tensor other) => Aten.max_other.Call(this, other);
        public Tensor min() => Aten.min.Call(this);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Aten.min_dim.Call2(this, dim, keepdim);
        public Tensor min(Tensor other) => Aten.min_other.Call(this, other);
        public Tensor argmax() => Aten.argmax.Call(this);
        public Tensor argmax(long dim, bool keepdim = false) => Aten.argmax.Call(this, dim, keepdim);
        public Tensor argmin() => Aten.argmin.Call(this);
        public Tensor argmin(long dim, bool keepdim = false) => Aten.argmin.Call(this, dim, keepdim);
        public Tensor all() => Aten.all.Call(this);
        public Tensor all(long dim, bool keepdim = false) => Aten.all_dim.Call(this, dim, keepdim);
        public Tensor any() => Aten.any.Call(this);
        public Tensor any(long dim, bool keepdim = false) => Aten.any_dim.Call(this, dim, keepdim);
        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.logsumexp.Call(this, dim, keepdim);
        public Tensor median() => Aten.median.Call(this);
        public Tensor nanmedian() => Aten.nanmedian.Call(this);
        public Tensor nansum() => Aten.nansum.Call(this);
        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) => Aten.nanmean.Call(this, dim, keepdim, dtype);
        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false) => Aten.mode.Call2(this, dim, keepdim);
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Aten.quantile.Call(this, q, dim, keepdim);
        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Aten.nanquantile.Call(this, q, dim, keepdim);
        public Tensor norm(float p = 2) => Aten.norm_Scalar.Call(this, p);
        public Tensor dist(Tensor other, float p = 2) => Aten.dist.Call(this, other, p);
        public Tensor trace() => Aten.trace.Call(this);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1, dim2], keepdim, type);
        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Aten.norm_ScalarOpt_dim.Call(this, p, (long)dim, keepdim);
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) => Aten.kthvalue.Call2(this, k, dim ?? -1, keepdim);
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => Aten.sort_stable.Call2(this, stable, dim, descending);
        public Tensor count_nonzero(long[]? dims = null) => dims is null ? Aten.count_nonzero.Call(this) : Aten.count_nonzero_dim_IntList.Call(this, dims);
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Aten.histc.Call(this, bins, min, max);
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Aten.amax.Into(@out, this, dims, keepdim);
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amax(dims.ToArray(), keepdim, @out);
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Aten.amin.Into(@out, this, dims, keepdim);
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amin(dims.ToArray(), keepdim, @out);
    }

    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Call(input, dim, keepdim, type);
    public static Tensor sum(Tensor input, ScalarType? type = null) => Aten.sum.Call(input, type);
    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Call(input, Arg.List(dim), keepdim, type);
    public static Tensor mean(Tensor input) => Aten.mean.Call(input);
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => Aten.mean_dim.Call(input, dimensions, keepdim, type);
    public static Tensor prod(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => Aten.prod_dim_int.Call(input, dim, keepdim, type);
    public static Tensor prod(Tensor input, ScalarType? type = null) => Aten.prod.Call(input, type);
    public static Tensor amax(Tensor input, long[] dims) => Aten.amax.Call(input, dims);
    public static (Tensor min, Tensor max) aminmax(Tensor input, long? dim = null, bool keepdim = false) => Aten.aminmax.Call2(input, dim, keepdim);
    public static Tensor max(Tensor input) => Aten.max.Call(input);
    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => Aten.max_dim.Call2(input, dim, keepdim);
    public static Tensor max(Tensor input, Tensor other) => Aten.max_other.Call(input, other);
    public static Tensor min(Tensor input) => Aten.min.Call(input);
    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => Aten.min_dim.Call2(input, dim, keepdim);
    public static Tensor min(Tensor input, Tensor other) => Aten.min_other.Call(input, other);
    public static Tensor argmax(Tensor input) => Aten.argmax.Call(input);
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => Aten.argmax.Call(input, dim, keepdim);
    public static Tensor argmin(Tensor input) => Aten.argmin.Call(input);
    public static Tensor argmin(Tensor input, long dim, bool keepdim = false) => Aten.argmin.Call(input, dim, keepdim);
    public static Tensor all(Tensor input) => Aten.all.Call(input);
    public static Tensor all(Tensor input, long dim, bool keepdim = false) => Aten.all_dim.Call(input, dim, keepdim);
    public static Tensor any(Tensor input) => Aten.any.Call(input);
    public static Tensor any(Tensor input, long dim, bool keepdim = false) => Aten.any_dim.Call(input, dim, keepdim);
    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => Aten.logsumexp.Call(input, dim, keepdim);
    public static Tensor median(Tensor input) => Aten.median.Call(input);
    public static Tensor nanmedian(Tensor input) => Aten.nanmedian.Call(input);
    public static Tensor nansum(Tensor input) => Aten.nansum.Call(input);
    public static Tensor nanmean(Tensor input, int? dim = null, bool keepdim = false, ScalarType? dtype = null) => Aten.nanmean.Call(input, dim, keepdim, dtype);
    public static (Tensor values, Tensor indices) mode(Tensor input, long dim = -1, bool keepdim = false) => Aten.mode.Call2(input, dim, keepdim);
    public static Tensor quantile(Tensor input, Tensor q, long dim = -1, bool keepdim = false) => Aten.quantile.Call(input, q, dim, keepdim);
    public static Tensor nanquantile(Tensor input, Tensor q, long dim = -1, bool keepdim = false) => Aten.nanquantile.Call(input, q, dim, keepdim);
    public static Tensor norm(Tensor input) => Aten.norm_Scalar.Call(input);
    public static Tensor norm(Tensor input, float p = 2) => Aten.norm_Scalar.Call(input, p);
    public static Tensor dist(Tensor input, Tensor other, float p = 2) => Aten.dist.Call(input, other, p);
    public static Tensor trace(Tensor input) => Aten.trace.Call(input);

    public static Tensor norm(Tensor input, int dimension, bool keepdim = false, float p = 2) => Aten.norm_ScalarOpt_dim.Call(input, p, (long)dimension, keepdim);
    public static (Tensor values, Tensor indices) kthvalue(Tensor input, long k, long? dim, bool keepdim = false) => Aten.kthvalue.Call2(input, k, dim ?? -1, keepdim);
    public static (Tensor values, Tensor indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) => Aten.sort_stable.Call2(input, stable, dim, descending);
    public static Tensor count_nonzero(Tensor input, long[]? dims = null) => input.count_nonzero(dims);
    public static Tensor histc(Tensor input, long bins = 100, long min = 0, long max = 0) => Aten.histc.Call(input, bins, min, max);
    public static Tensor amax(Tensor input, long[] dims, bool keepdim = false, Tensor? @out = null) => input.amax(dims, keepdim, @out);
    public static Tensor amax(Tensor input, ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => input.amax(dims, keepdim, @out);
    public static Tensor amin(Tensor input, long[] dims, bool keepdim = false, Tensor? @out = null) => input.amin(dims, keepdim, @out);
    public static Tensor amin(Tensor input, ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => input.amin(dims, keepdim, @out);
}
