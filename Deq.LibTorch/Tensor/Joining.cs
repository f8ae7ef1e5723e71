using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op broadcast_tensors = new("broadcast_tensors");
    internal static readonly Op cartesian_prod = new("cartesian_prod");
    internal static readonly Op cat = new("cat");
    internal static readonly Op chunk = new("chunk");
    internal static readonly Op column_stack = new("column_stack");
    internal static readonly Op combinations = new("combinations");
    internal static readonly Op concat = new("concat");
    internal static readonly Op concatenate = new("concatenate");
    internal static readonly Op dsplit_array = new("dsplit.array");
    internal static readonly Op dsplit_int = new("dsplit.int");
    internal static readonly Op dstack = new("dstack");
    internal static readonly Op hsplit_array = new("hsplit.array");
    internal static readonly Op hsplit_int = new("hsplit.int");
    internal static readonly Op hstack = new("hstack");
    internal static readonly Op meshgrid_indexing = new("meshgrid.indexing");
    internal static readonly Op repeat = new("repeat");
    internal static readonly Op repeat_interleave_self_Tensor = new("repeat_interleave.self_Tensor");
    internal static readonly Op repeat_interleave_self_int = new("repeat_interleave.self_int");
    internal static readonly Op row_stack = new("row_stack");
    internal static readonly Op stack = new("stack");
    internal static readonly Op split_Tensor = new("split.Tensor");
    internal static readonly Op split_with_sizes = new("split_with_sizes");
    internal static readonly Op tensor_split_indices = new("tensor_split.indices");
    internal static readonly Op tensor_split_sections = new("tensor_split.sections");
    internal static readonly Op tensor_split_tensor_indices_or_sections = new("tensor_split.tensor_indices_or_sections");
    internal static readonly Op tile = new("tile");
    internal static readonly Op unbind_int = new("unbind.int");
    internal static readonly Op vsplit_array = new("vsplit.array");
    internal static readonly Op vsplit_int = new("vsplit.int");
    internal static readonly Op vstack = new("vstack");
}

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor repeat(params long[] sizes) => Aten.repeat.Call(this, sizes);
        public Tensor tile(long[] reps) => Aten.tile.Call(this, reps);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Aten.repeat_interleave_self_int.Call(this, repeats, dim, output_size);
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => Aten.repeat_interleave_self_Tensor.Call(this, repeats, dim, output_size);
        public Tensor[] split(long size, int dim = 0) => Aten.split_Tensor.CallList(this, size, dim);
        public Tensor[] tensor_split(long size, long dim = 0) => Aten.tensor_split_sections.CallList(this, size, dim);
        public Tensor[] tensor_split(long[] sizes, long dim = 0) => Aten.tensor_split_indices.CallList(this, sizes, dim);
        public Tensor[] tensor_split(Tensor indices, long dim = 0) => Aten.tensor_split_tensor_indices_or_sections.CallList(this, indices, dim);
        public Tensor[] hsplit(long size) => Aten.hsplit_int.CallList(this, size);
        public Tensor[] hsplit(params long[] sizes) => Aten.hsplit_array.CallList(this, sizes);
        public Tensor[] vsplit(long size) => Aten.vsplit_int.CallList(this, size);
        public Tensor[] vsplit(params long[] sizes) => Aten.vsplit_array.CallList(this, sizes);
        public Tensor[] dsplit(long size) => Aten.dsplit_int.CallList(this, size);
        public Tensor[] dsplit(params long[] sizes) => Aten.dsplit_array.CallList(this, sizes);
        public Tensor[] chunk(long chunks, long dim = 0) => Aten.chunk.CallList(this, chunks, dim);
        public Tensor[] unbind(long dimension = 0) => Aten.unbind_int.CallList(this, dimension);

        /// <remarks>Several sizes make pieces of these sizes; a single one is a list of one size.</remarks>
        public Tensor[] split(long[] sizes, long dim = 0) => Aten.split_with_sizes.CallList(this, sizes, dim);
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Aten.split_with_sizes.CallList(this, Arg.List(sizes), dim);
        public Tensor[] split(params long[] sizes) => Aten.split_with_sizes.CallList(this, sizes);
    }

    public static Tensor tile(Tensor input, long[] dims) => Aten.tile.Call(input, dims);
    public static Tensor repeat_interleave(Tensor input, long repeats, long? dim = null, long? output_size = null) => Aten.repeat_interleave_self_int.Call(input, repeats, dim, output_size);
    public static Tensor repeat_interleave(Tensor input, Tensor repeats, long? dim = null, long? output_size = null) => Aten.repeat_interleave_self_Tensor.Call(input, repeats, dim, output_size);
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Aten.cat.Call(Arg.List(tensors), dim);
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Aten.cat.Call(Arg.List(tensors), dim);
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Aten.cat.Call(tensors, dim);
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => Aten.concat.Call(Arg.List(tensors), dim);
    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Aten.concat.Call(Arg.List(tensors), dim);
    public static Tensor concat(Tensor[] tensors, long dim = 0) => Aten.concat.Call(tensors, dim);
    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => Aten.concatenate.Call(Arg.List(tensors), axis);
    public static Tensor concatenate(ReadOnlySpan<Tensor> tensors, long axis = 0) => Aten.concatenate.Call(Arg.List(tensors), axis);
    public static Tensor concatenate(Tensor[] tensors, long axis = 0) => Aten.concatenate.Call(tensors, axis);
    public static Tensor hstack(IList<Tensor> tensors) => Aten.hstack.Call(Arg.List(tensors));
    public static Tensor hstack(ReadOnlySpan<Tensor> tensors) => Aten.hstack.Call(Arg.List(tensors));
    public static Tensor hstack(params Tensor[] tensors) => Aten.hstack.Call(tensors);
    public static Tensor vstack(IList<Tensor> tensors) => Aten.vstack.Call(Arg.List(tensors));
    public static Tensor vstack(ReadOnlySpan<Tensor> tensors) => Aten.vstack.Call(Arg.List(tensors));
    public static Tensor vstack(Tensor[] tensors) => Aten.vstack.Call(tensors);
    public static Tensor dstack(IList<Tensor> tensors) => Aten.dstack.Call(Arg.List(tensors));
    public static Tensor dstack(ReadOnlySpan<Tensor> tensors) => Aten.dstack.Call(Arg.List(tensors));
    public static Tensor dstack(params Tensor[] tensors) => Aten.dstack.Call(tensors);
    public static Tensor column_stack(IList<Tensor> tensors) => Aten.column_stack.Call(Arg.List(tensors));
    public static Tensor column_stack(ReadOnlySpan<Tensor> tensors) => Aten.column_stack.Call(Arg.List(tensors));
    public static Tensor column_stack(params Tensor[] tensors) => Aten.column_stack.Call(tensors);
    public static Tensor row_stack(IList<Tensor> tensors) => Aten.row_stack.Call(Arg.List(tensors));
    public static Tensor row_stack(ReadOnlySpan<Tensor> tensors) => Aten.row_stack.Call(Arg.List(tensors));
    public static Tensor row_stack(params Tensor[] tensors) => Aten.row_stack.Call(tensors);
    public static Tensor[] tensor_split(Tensor input, long indices_or_sections, long dim = 0) => Aten.tensor_split_sections.CallList(input, indices_or_sections, dim);
    public static Tensor[] tensor_split(Tensor input, long[] indices_or_sections, long dim = 0) => Aten.tensor_split_indices.CallList(input, indices_or_sections, dim);
    public static Tensor[] tensor_split(Tensor input, Tensor indices_or_sections, long dim = 0) => Aten.tensor_split_tensor_indices_or_sections.CallList(input, indices_or_sections, dim);
    public static Tensor[] hsplit(Tensor input, long indices_or_sections) => Aten.hsplit_int.CallList(input, indices_or_sections);
    public static Tensor[] hsplit(Tensor input, long[] indices_or_sections) => Aten.hsplit_array.CallList(input, indices_or_sections);
    public static Tensor[] vsplit(Tensor input, long[] indices_or_sections) => Aten.vsplit_array.CallList(input, indices_or_sections);
    public static Tensor[] dsplit(Tensor input, long size) => Aten.dsplit_int.CallList(input, size);
    public static Tensor[] dsplit(Tensor input, long[] indices_or_sections) => Aten.dsplit_array.CallList(input, indices_or_sections);
    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => Aten.chunk.CallList(input, chunks, dim);
    public static Tensor[] unbind(Tensor input, long dim = 0) => Aten.unbind_int.CallList(input, dim);
    public static Tensor[] unbind(Tensor tensor, int dim = 0) => Aten.unbind_int.CallList(tensor, dim);
    public static Tensor cartesian_prod(IList<Tensor> tensors) => Aten.cartesian_prod.Call(Arg.List(tensors));
    public static Tensor cartesian_prod(ReadOnlySpan<Tensor> tensors) => Aten.cartesian_prod.Call(Arg.List(tensors));
    public static Tensor cartesian_prod(params Tensor[] tensors) => Aten.cartesian_prod.Call(tensors);
    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false) => Aten.combinations.Call(input, r, with_replacement);

    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) => Aten.split_with_sizes.CallList(tensor, split_size_or_sections, dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.stack.Call(Arg.List(tensors), dim);
    public static Tensor hstack(IEnumerable<Tensor> tensors) => Aten.hstack.Call(Arg.List(tensors));
    public static Tensor dstack(IEnumerable<Tensor> tensors) => Aten.dstack.Call(Arg.List(tensors));
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") => Aten.meshgrid_indexing.CallList(Arg.List(tensors), indexing);
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Aten.broadcast_tensors.CallList(tensors);
}
