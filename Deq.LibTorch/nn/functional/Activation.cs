using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Op
                _relu = new("relu"),
                _reluInPlace = new("relu_"),
                _relu6 = new("relu6"),
                _relu6InPlace = new("relu6_"),
                _gelu = new("gelu"),
                _geluInPlace = new("gelu_"),
                _silu = new("silu"),
                _siluInPlace = new("silu_"),
                _mish = new("mish"),
                _mishInPlace = new("mish_"),
                _sigmoid = new("sigmoid"),
                _sigmoidInPlace = new("sigmoid_"),
                _tanh = new("tanh"),
                _tanhInPlace = new("tanh_"),
                _elu = new("elu"),
                _eluInPlace = new("elu_"),
                _leakyRelu = new("leaky_relu"),
                _leakyReluInPlace = new("leaky_relu_"),
                _hardtanh = new("hardtanh"),
                _hardtanhInPlace = new("hardtanh_"),
                _softplus = new("softplus"),
                _logSigmoid = new("log_sigmoid"),
                _glu = new("glu"),
                _softmax = new("softmax.int"),
                _logSoftmax = new("log_softmax.int");

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? Changed(_reluInPlace, x) : _relu.Call(x);

            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? Changed(_relu6InPlace, x) : _relu6.Call(x);

            public static Tensor gelu(Tensor x) => gelu(x, Modules.GELU.Approximate.none);

            public static Tensor gelu(Tensor x, bool inplace) => gelu(x, Modules.GELU.Approximate.none, inplace);

            public static Tensor gelu(Tensor x, Modules.GELU.Approximate approximate, bool inplace = false)
                => inplace ? Changed(_geluInPlace, x, approximate.ToString()) : _gelu.Call(x, approximate.ToString());

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? Changed(_siluInPlace, x) : _silu.Call(x);

            public static Tensor mish(Tensor x, bool inplace = false) => inplace ? Changed(_mishInPlace, x) : _mish.Call(x);

            public static Tensor sigmoid(Tensor x) => _sigmoid.Call(x);

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? Changed(_sigmoidInPlace, x) : _sigmoid.Call(x);

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? Changed(_tanhInPlace, x) : _tanh.Call(x);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? Changed(_eluInPlace, x, alpha) : _elu.Call(x, alpha);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false)
                => inplace ? Changed(_leakyReluInPlace, input, negative_slope) : _leakyRelu.Call(input, negative_slope);

            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false)
                => inplace ? Changed(_hardtanhInPlace, x, min_val, max_val) : _hardtanh.Call(x, min_val, max_val);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => _softplus.Call(x, beta, threshold);

            public static Tensor logsigmoid(Tensor x) => _logSigmoid.Call(x);

            /// <summary>a sigma(b), where a and b are the halves along the dimension.</summary>
            public static Tensor glu(Tensor input, long dim = -1) => _glu.Call(input, dim);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => _softmax.Call(input, dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => _logSoftmax.Call(x, dim);

            /// <summary>The changed tensor under a handle of its own, so that a caller may dispose what it gave and what it got.</summary>
            private static Tensor Changed(Op inPlace, params ReadOnlySpan<Arg> arguments) => inPlace.InPlace(arguments).alias();
        }
    }
}
