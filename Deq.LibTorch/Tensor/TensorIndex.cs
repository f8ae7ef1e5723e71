namespace TorchSharp;

public static partial class torch
{
    /// <summary>One place in an index: a number, a slice, a new dimension, an ellipsis, a truth value or a tensor.</summary>
    public struct TensorIndex
    {
        internal enum Form { NewDimension, All, Ellipsis, Truth, Number, Range, Gather }

        internal Form Kind;
        internal long? First;
        internal long? Last;
        internal long? Step;
        internal Tensor? Positions;

        public static readonly TensorIndex None = new() { Kind = Form.NewDimension };
        public static readonly TensorIndex Null = new() { Kind = Form.NewDimension };
        public static readonly TensorIndex Colon = new() { Kind = Form.All };
        public static readonly TensorIndex Ellipsis = new() { Kind = Form.Ellipsis };

        public static TensorIndex Bool(bool value) => new() { Kind = Form.Truth, First = value ? 1 : 0 };
        public static TensorIndex Single(long? index) => new() { Kind = Form.Number, First = index };
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new() { Kind = Form.Range, First = start, Last = stop, Step = step };
        public static TensorIndex Slice((int?, int?) range) => Slice(range.Item1, range.Item2);
        public static TensorIndex Slice(Range range) => Slice(FromStart(range.Start), range.End is { IsFromEnd: true, Value: 0 } ? null : FromStart(range.End));
        public static TensorIndex Tensor(Tensor tensor) => new() { Kind = Form.Gather, Positions = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex(Index index) => Single(FromStart(index));
        public static implicit operator TensorIndex(Range range) => Slice(range);
        public static implicit operator TensorIndex((int?, int?) range) => Slice(range);
        public static implicit operator Tensor(TensorIndex value) =>
            value.Kind == Form.Gather ? value.Positions! : throw new InvalidCastException("Only an index made of a tensor is one.");

        /// <summary>libtorch counts from the end by negative numbers.</summary>
        private static long FromStart(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}
