using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Op
                _layerNorm = new("layer_norm"),
                _groupNorm = new("group_norm"),
                _batchNorm = new("batch_norm"),
                _instanceNorm = new("instance_norm"),
                _norm = new("norm.ScalarOpt_dim"),
                _clampMin = new("clamp_min"),
                _div = new("div.Tensor");

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
                => _layerNorm.Call(input, normalized_shape, weight, bias, eps);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
                => _groupNorm.Call(input, num_groups, weight, bias, eps);

            /// <summary>By the batch's statistics while training, and then the running ones move towards them; else by the running ones.</summary>
            public static Tensor batch_norm(
                Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false,
                double momentum = 0.1, double eps = 1e-5)
                => _batchNorm.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, true);

            public static Tensor instance_norm(
                Tensor input, Tensor? running_mean = null, Tensor? running_var = null, Tensor? weight = null, Tensor? bias = null,
                bool use_input_stats = true, double momentum = 0.1, double eps = 1e-5)
                => _instanceNorm.Call(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, true);

            /// <summary>x / max(|x|_p, eps) along a dimension.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using var norm = _norm.Call(input, p, Axes(dim), true);
                using var divisor = _clampMin.Call(norm, eps);
                return _div.Call(input, divisor);
            }
        }
    }
}
