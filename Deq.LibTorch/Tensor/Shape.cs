using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op alias = new("alias");
    internal static readonly Op as_strided = new("as_strided");
    internal static readonly Op atleast_1d = new("atleast_1d");
    internal static readonly Op atleast_2d = new("atleast_2d");
    internal static readonly Op atleast_3d = new("atleast_3d");
    internal static readonly Op broadcast_to = new("broadcast_to");
    internal static readonly Op clone = new("clone");
    internal static readonly Op contiguous = new("contiguous");
    internal static readonly Op expand = new("expand");
    internal static readonly Op expand_as = new("expand_as");
    internal static readonly Op flatten_using_ints = new("flatten.using_ints");
    internal static readonly Op flip = new("flip");
    internal static readonly Op fliplr = new("fliplr");
    internal static readonly Op flipud = new("flipud");
    internal static readonly Op moveaxis_intlist = new("moveaxis.intlist");
    internal static readonly Op movedim_intlist = new("movedim.intlist");
    internal static readonly Op permute = new("permute");
    internal static readonly Op ravel = new("ravel");
    internal static readonly Op reshape = new("reshape");
    internal static readonly Op resolve_neg = new("resolve_neg");
    internal static readonly Op roll = new("roll");
    internal static readonly Op rot90 = new("rot90");
    internal static readonly Op squeeze = new("squeeze");
    internal static readonly Op squeeze_ = new("squeeze_");
    internal static readonly Op squeeze__dim = new("squeeze_.dim");
    internal static readonly Op squeeze_dim = new("squeeze.dim");
    internal static readonly Op swapaxes = new("swapaxes");
    internal static readonly Op swapdims = new("swapdims");
    internal static readonly Op transpose_ = new("transpose_");
    internal static readonly Op transpose_int = new("transpose.int");
    internal static readonly Op unflatten_int = new("unflatten.int");
    internal static readonly Op unfold = new("unfold");
    internal static readonly Op unsqueeze = new("unsqueeze");
    internal static readonly Op unsqueeze_ = new("unsqueeze_");
    internal static readonly Op view = new("view");
    internal static readonly Op view_as = new("view_as");
}

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Aten.view.Call(this, shape);
        public Tensor view_as(Tensor other) => Aten.view_as.Call(this, other);
        public Tensor reshape(params long[] shape) => Aten.reshape.Call(this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.flatten_using_ints.Call(this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes) => Aten.unflatten_int.Call(this, dim, sizes);
        public Tensor permute(params long[] permutation) => Aten.permute.Call(this, permutation);
        public Tensor transpose(long dim0, long dim1) => Aten.transpose_int.Call(this, dim0, dim1);
        public Tensor transpose_(long dim0, long dim1) => Aten.transpose_.InPlace(this, dim0, dim1);
        public Tensor swapaxes(long dim0, long dim1) => Aten.swapaxes.Call(this, dim0, dim1);
        public Tensor swapdims(long dim0, long dim1) => Aten.swapdims.Call(this, dim0, dim1);
        public Tensor movedim(long[] source, long[] destination) => Aten.movedim_intlist.Call(this, source, destination);
        public Tensor moveaxis(long[] source, long[] destination) => Aten.moveaxis_intlist.Call(this, source, destination);
        public Tensor unsqueeze(long dim) => Aten.unsqueeze.Call(this, dim);
        public Tensor unsqueeze_(long dim) => Aten.unsqueeze_.InPlace(this, dim);
        public Tensor expand(long[] sizes, bool isImplicit = false) => Aten.expand.Call(this, sizes, isImplicit);
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Aten.expand.Call(this, Arg.List(sizes), isImplicit);
        public Tensor expand(params long[] sizes) => Aten.expand.Call(this, sizes);
        public Tensor expand_as(Tensor other) => Aten.expand_as.Call(this, other);
        public Tensor broadcast_to(params long[] shape) => Aten.broadcast_to.Call(this, shape);
        public Tensor flip(params long[] dims) => Aten.flip.Call(this, dims);
        public Tensor fliplr() => Aten.fliplr.Call(this);
        public Tensor flipud() => Aten.flipud.Call(this);
        public Tensor roll(long[] shifts) => Aten.roll.Call(this, shifts);
        public Tensor roll(long[] shifts, long[] dims) => Aten.roll.Call(this, shifts, dims);
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => Aten.roll.Call(this, Arg.List(shifts), Arg.List(dims));
        public Tensor ravel() => Aten.ravel.Call(this);
        public Tensor contiguous() => Aten.contiguous.Call(this);
        public Tensor clone() => Aten.clone.Call(this);
        public Tensor alias() => Aten.alias.Call(this);
        public Tensor unfold(long dimension, long size, long step) => Aten.unfold.Call(this, dimension, size, step);
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Aten.as_strided.Call(this, size, strides, storageOffset);
        public Tensor atleast_1d() => Aten.atleast_1d.Call(this);
        public Tensor atleast_2d() => Aten.atleast_2d.Call(this);
        public Tensor atleast_3d() => Aten.atleast_3d.Call(this);
        public Tensor resolve_neg() => Aten.resolve_neg.Call(this);

        public Tensor squeeze(long? dim = null) => dim is { } d ? Aten.squeeze_dim.Call(this, d) : Aten.squeeze.Call(this);
        public Tensor squeeze_(long? dim = null) => dim is { } d ? Aten.squeeze__dim.InPlace(this, d) : Aten.squeeze_.InPlace(this);
        public Tensor permute(IEnumerable<long> permutation) => Aten.permute.Call(this, permutation.ToArray());
        public Tensor roll(long shifts, long? dims = null) => dims is { } d ? Aten.roll.Call(this, shifts, d) : Aten.roll.Call(this, shifts);
        public Tensor roll((long, long) shifts, (long, long) dims) => Aten.roll.Call(this, (long[])[shifts.Item1, shifts.Item2], (long[])[dims.Item1, dims.Item2]);
        public Tensor roll((long, long, long) shifts, (long, long, long) dims) => Aten.roll.Call(this, (long[])[shifts.Item1, shifts.Item2, shifts.Item3], (long[])[dims.Item1, dims.Item2, dims.Item3]);
        public Tensor rot90(long k = 1, (long, long)? dims = null) => Aten.rot90.Call(this, k, dims is { } d ? (long[])[d.Item1, d.Item2] : Arg.Default);
    }

    public static Tensor reshape(Tensor input, params long[] shape) => Aten.reshape.Call(input, shape);
    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => Aten.flatten_using_ints.Call(input, start_dim, end_dim);
    public static Tensor unflatten(Tensor input, long dim, params long[] sizes) => Aten.unflatten_int.Call(input, dim, sizes);
    public static Tensor permute(Tensor input, params long[] permutation) => Aten.permute.Call(input, permutation);
    public static Tensor transpose(Tensor input, long dim0, long dim1) => Aten.transpose_int.Call(input, dim0, dim1);
    public static Tensor swapaxes(Tensor input, long axis0, long axis1) => Aten.swapaxes.Call(input, axis0, axis1);
    public static Tensor swapdims(Tensor input, long dim0, long dim1) => Aten.swapdims.Call(input, dim0, dim1);
    public static Tensor movedim(Tensor input, long source, long destination) => Aten.movedim_intlist.Call(input, source, destination);
    public static Tensor movedim(Tensor input, long[] source, long[] destination) => Aten.movedim_intlist.Call(input, source, destination);
    public static Tensor moveaxis(Tensor input, long source, long destination) => Aten.moveaxis_intlist.Call(input, source, destination);
    public static Tensor moveaxis(Tensor input, long[] source, long[] destination) => Aten.moveaxis_intlist.Call(input, source, destination);
    public static Tensor unsqueeze(Tensor input, long dim) => Aten.unsqueeze.Call(input, dim);
    public static Tensor unsqueeze_(Tensor input, long dim) => Aten.unsqueeze_.InPlace(input, dim);
    public static Tensor broadcast_to(Tensor input, params long[] shape) => Aten.broadcast_to.Call(input, shape);
    public static Tensor flip(Tensor input, params long[] dims) => Aten.flip.Call(input, dims);
    public static Tensor fliplr(Tensor input) => Aten.fliplr.Call(input);
    public static Tensor flipud(Tensor input) => Aten.flipud.Call(input);
    public static Tensor roll(Tensor input, long[] shifts) => Aten.roll.Call(input, shifts);
    public static Tensor roll(Tensor input, long[] shifts, long[] dims) => Aten.roll.Call(input, shifts, dims);
    public static Tensor roll(Tensor input, ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => Aten.roll.Call(input, Arg.List(shifts), Arg.List(dims));
    public static Tensor ravel(Tensor input) => Aten.ravel.Call(input);
    public static Tensor clone(Tensor input) => Aten.clone.Call(input);
    public static Tensor resolve_neg(Tensor input) => Aten.resolve_neg.Call(input);

    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);
    public static Tensor squeeze_(Tensor input, long? dim = null) => input.squeeze_(dim);
    public static Tensor roll(Tensor input, long shifts, long? dims = null) => input.roll(shifts, dims);
    public static Tensor roll(Tensor input, (long, long) shifts, (long, long) dims) => input.roll(shifts, dims);
    public static Tensor roll(Tensor input, (long, long, long) shifts, (long, long, long) dims) => input.roll(shifts, dims);
    public static Tensor rot90(Tensor input, long k = 1, (long, long)? dims = null) => input.rot90(k, dims);
}
