using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op std = new("std");
    internal static readonly Op std_dim = new("std.dim");
    internal static readonly Op std_mean = new("std_mean");
    internal static readonly Op std_mean_dim = new("std_mean.dim");
    internal static readonly Op var = new("var");
    internal static readonly Op var_dim = new("var.dim");
    internal static readonly Op var_mean = new("var_mean");
    internal static readonly Op var_mean_dim = new("var_mean.dim");
}

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor std(bool unbiased = true) => Aten.std.Call(this, unbiased);
        public Tensor var(bool unbiased = true) => Aten.var.Call(this, unbiased);
        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Aten.std_mean.Call2(this, unbiased);
        public (Tensor @var, Tensor mean) var_mean(bool unbiased = true) => Aten.var_mean.Call2(this, unbiased);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_dim.Call(this, (long[])[dim], unbiased, keepdim));
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_dim.Call(this, dimensions, unbiased, keepdim));
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_dim.Call(this, Arg.List(dimensions), unbiased, keepdim));
        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_dim.Call(this, (long[])[dim.Item1, dim.Item2], unbiased, keepdim));
        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_dim.Call(this, (long[])[dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim));
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_dim.Call(this, (long[])[dim], unbiased, keepdim));
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_dim.Call(this, dimensions, unbiased, keepdim));
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_dim.Call(this, Arg.List(dimensions), unbiased, keepdim));
        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_dim.Call(this, (long[])[dim.Item1, dim.Item2], unbiased, keepdim));
        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_dim.Call(this, (long[])[dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim));
        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_mean_dim.Call2(this, (long[])[dim], unbiased, keepdim));
        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_mean_dim.Call2(this, dimensions, unbiased, keepdim));
        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_mean_dim.Call2(this, Arg.List(dimensions), unbiased, keepdim));
        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_mean_dim.Call2(this, (long[])[dim.Item1, dim.Item2], unbiased, keepdim));
        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.std_mean_dim.Call2(this, (long[])[dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim));
        public (Tensor @var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_mean_dim.Call2(this, (long[])[dim], unbiased, keepdim));
        public (Tensor @var, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_mean_dim.Call2(this, dimensions, unbiased, keepdim));
        public (Tensor @var, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_mean_dim.Call2(this, Arg.List(dimensions), unbiased, keepdim));
        public (Tensor @var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_mean_dim.Call2(this, (long[])[dim.Item1, dim.Item2], unbiased, keepdim));
        public (Tensor @var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => As(type, Aten.var_mean_dim.Call2(this, (long[])[dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim));

        private static Tensor As(ScalarType? type, Tensor result) => type is { } t && t != result.dtype ? result.to(t, disposeAfter: true) : result;
        private static (Tensor, Tensor) As(ScalarType? type, (Tensor, Tensor) results) => (As(type, results.Item1), As(type, results.Item2));
    }

    public static Tensor std(Tensor input, bool unbiased = true) => Aten.std.Call(input, unbiased);
    public static Tensor var(Tensor input, bool unbiased = true) => Aten.var.Call(input, unbiased);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, bool unbiased = true) => Aten.std_mean.Call2(input, unbiased);
    public static (Tensor @var, Tensor mean) var_mean(Tensor input, bool unbiased = true) => Aten.var_mean.Call2(input, unbiased);

    public static Tensor std(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std(dimensions, unbiased, keepdim, type);
    public static Tensor std(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std(dimensions, unbiased, keepdim, type);
    public static Tensor std(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std(dimensions, unbiased, keepdim, type);
    public static Tensor std(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor @var, Tensor mean) var_mean(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor @var, Tensor mean) var_mean(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor @var, Tensor mean) var_mean(Tensor input, ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor @var, Tensor mean) var_mean(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor @var, Tensor mean) var_mean(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var_mean(dimensions, unbiased, keepdim, type);
}
