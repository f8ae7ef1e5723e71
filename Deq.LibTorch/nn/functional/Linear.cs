using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Op
                _linear = new("linear"),
                _embedding = new("embedding"),
                _embeddingRenorm = new("embedding_renorm_"),
                _oneHot = new("one_hot"),
                _bilinear = new("bilinear");

            /// <summary>x W^T + b.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => _linear.Call(input, weights, bias);

            /// <summary>x1^T W_k x2 + b_k for each output k.</summary>
            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null)
                => _bilinear.Call(input1, input2, weight, bias);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => _oneHot.Call(x, num_classes);

            internal static Tensor embedding(Tensor weight, Tensor input, long paddingIndex, bool scaleGradByFreq, bool sparse)
                => _embedding.Call(weight, input, paddingIndex, scaleGradByFreq, sparse);

            internal static void embedding_renorm_(Tensor weight, Tensor input, double maxNorm, double normType)
            {
                using var ungraphed = no_grad();
                _embeddingRenorm.Do(weight, input, maxNorm, normType);
            }
        }
    }
}
