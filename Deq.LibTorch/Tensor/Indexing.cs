using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op index_Tensor = new("index.Tensor");
    internal static readonly Op index_put_ = new("index_put_");
}

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => Assign(indices, value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(At(indices));
            set => Assign(At(indices), value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index(At(i1));
            set => Assign(At(i1), value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(At(i1, i2));
            set => Assign(At(i1, i2), value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(At(i1, i2, i3));
            set => Assign(At(i1, i2, i3), value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(At(i1, i2, i3, i4));
            set => Assign(At(i1, i2, i3, i4), value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index(At(i1, i2, i3, i4, i5));
            set => Assign(At(i1, i2, i3, i4, i5), value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index(At(i1, i2, i3, i4, i5, i6));
            set => Assign(At(i1, i2, i3, i4, i5, i6), value);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var view = View(indices, out var gather);
            if (gather is not null)
            {
                var gathered = Aten.index_Tensor.Call(view, gather);
                if (!ReferenceEquals(view, this)) view.Dispose();
                return gathered;
            }

            return ReferenceEquals(view, this) ? alias() : view;
        }

        public Tensor index(params Tensor[] indices) => Aten.index_Tensor.Call(this, indices);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            ArgumentNullException.ThrowIfNull(value);
            var view = View(indices, out var gather);
            if (gather is not null) Aten.index_put_.Do(view, gather, value, accumulate);
            else if (accumulate) Aten.add__Tensor.Do(view, value);
            else Aten.copy_.Do(view, value);
            if (!ReferenceEquals(view, this)) view.Dispose();
            return this;
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Aten.index_put_.InPlace(this, indices, value, accumulate);
        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var number = Number(value);
            return index_put_(number, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var number = Number(value);
            return index_put_(number, indices, false);
        }

        private Tensor Number(Scalar value) => Aten.full.Call(Array.Empty<long>(), value, dtype, Arg.Default, device);

        private static TensorIndex[] At(params long[] indices) => Array.ConvertAll(indices, i => TensorIndex.Single(i));

        /// <summary>As PyTorch: leading dimensions of size 1 that the place does not have are dropped from the value.</summary>
        private void Assign(TensorIndex[] indices, Tensor value)
        {
            ArgumentNullException.ThrowIfNull(value);
            var view = View(indices, out var gather);
            if (gather is not null)
            {
                Aten.index_put_.Do(view, gather, value);
            }
            else
            {
                long[] sizes = value.shape;
                int extra = 0;
                while (extra < sizes.Length - view.dim() && sizes[extra] == 1) extra++;
                if (extra == 0)
                {
                    Aten.copy_.Do(view, value);
                }
                else
                {
                    using var source = value.reshape(sizes[extra..]);
                    Aten.copy_.Do(view, source);
                }
            }

            if (!ReferenceEquals(view, this)) view.Dispose();
        }

        /// <summary>
        /// The part of an index that is a view, applied (numbers, slices, new dimensions), and per dimension of that view the tensors
        /// that gather from it, or null where there is none: aten::index takes a list of nothing but nulls for a broken promise.
        /// </summary>
        private Tensor View(TensorIndex[] indices, out Tensor?[]? gather)
        {
            ArgumentNullException.ThrowIfNull(indices);
            var current = this;
            List<Tensor?>? tensors = null;
            int dim = 0;
            foreach (var index in indices)
            {
                switch (index.Kind)
                {
                    case TensorIndex.Form.NewDimension:
                        Replace(current.unsqueeze(dim++));
                        break;
                    case TensorIndex.Form.All:
                        dim++;
                        break;
                    case TensorIndex.Form.Ellipsis:
                        dim += (int)this.dim() - indices.Sum(Consumed);
                        break;
                    case TensorIndex.Form.Truth:
                        Replace(current.unsqueeze(dim));
                        Gather(index.First != 0 ? zeros(1, ScalarType.Int64, device) : empty(0L, ScalarType.Int64, device));
                        break;
                    case TensorIndex.Form.Number:
                        Replace(current.select(dim, index.First ?? throw new ArgumentException("TensorIndex.Single(null) names no element.")));
                        break;
                    case TensorIndex.Form.Range:
                        Replace(Aten.slice_Tensor.Call(current, dim++, index.First, index.Last, index.Step ?? 1));
                        break;
                    case TensorIndex.Form.Gather:
                        var positions = index.Positions ?? throw new ArgumentException("TensorIndex.Tensor(null) names no elements.");
                        if (positions.dtype is ScalarType.Bool or ScalarType.Byte)
                            foreach (var of in Aten.nonzero_numpy.CallList(positions)) Gather(of);
                        else if (positions.dim() == 0) Replace(current.select(dim, positions.ToInt64()));
                        else Gather(positions);
                        break;
                }
            }

            gather = tensors?.ToArray();
            return current;

            void Replace(Tensor next)
            {
                if (!ReferenceEquals(current, this)) current.Dispose();
                current = next;
            }

            void Gather(Tensor positions)
            {
                tensors ??= [];
                while (tensors.Count < dim) tensors.Add(null);
                tensors.Add(positions);
                dim++;
            }

            static int Consumed(TensorIndex index) => index.Kind switch
            {
                TensorIndex.Form.NewDimension or TensorIndex.Form.Ellipsis or TensorIndex.Form.Truth => 0,
                TensorIndex.Form.Gather when index.Positions is { } t && t.dtype is ScalarType.Bool or ScalarType.Byte => (int)index.Positions!.dim(),
                _ => 1,
            };
        }
    }
}
