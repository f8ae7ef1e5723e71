using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Op
                _dropout = new("dropout"),
                _dropoutInPlace = new("dropout_"),
                _featureDropout = new("feature_dropout"),
                _featureDropoutInPlace = new("feature_dropout_");

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
                => Drop(inplace ? _dropoutInPlace : _dropout, input, p, training, inplace);

            public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
                => DropChannels(input, 1, p, training, inplace);

            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
                => DropChannels(input, 2, p, training, inplace);

            private static Tensor DropChannels(Tensor input, int spatial, double p, bool training, bool inplace)
            {
                var rank = input.dim();
                if (rank != spatial + 1 && rank != spatial + 2)
                {
                    throw new ArgumentException(
                        $"dropout{spatial}d takes channels followed by {spatial} dimension(s), with or without a batch before them: got {rank} dimensions.",
                        nameof(input));
                }

                var op = inplace ? _featureDropoutInPlace : _featureDropout;
                if (rank == spatial + 2) return Drop(op, input, p, training, inplace);

                using var batch = input.unsqueeze(0);
                using var dropped = Drop(op, batch, p, training, inplace);
                return dropped.squeeze(0);
            }

            private static Tensor Drop(Op op, Tensor input, double p, bool training, bool inplace)
            {
                if (!(p >= 0 && p <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "The probability to drop is from 0 to 1.");
                return inplace ? Changed(op, input, p, training) : op.Call(input, p, training);
            }
        }
    }
}
