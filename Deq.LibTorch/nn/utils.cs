using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            // Keeps a gradient of norm 0 from being divided by 0.
            private const double NormFloor = 1e-6;

            private static readonly Op
                _foreachNorm = new("_foreach_norm.Scalar"),
                _foreachMul = new("_foreach_mul_.Scalar"),
                _stack = new("stack"),
                _vectorNorm = new("linalg_vector_norm");

            /// <summary>
            /// Scales all gradients by one factor so that the norm of them taken together is <paramref name="max_norm"/> at most.
            /// </summary>
            /// <returns>The norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var ungraphed = no_grad();
                using var scope = NewDisposeScope();
                var gradients = Gradients(tensors);
                if (gradients.Length == 0) return 0;

                // Norm of the norms. One host read for all gradients together: each is a stall on a GPU.
                using var total = double.IsPositiveInfinity(norm_type)
                    ? _stack.Call(Arg.List(gradients.Select(gradient => gradient.abs().max()))).max()
                    : _vectorNorm.Call(_stack.Call(Arg.List(_foreachNorm.CallList(Arg.List(gradients), norm_type))), norm_type);
                var norm = total.ToDouble();
                var factor = max_norm / (norm + NormFloor);
                if (factor < 1) _foreachMul.Do(Arg.List(gradients), factor);
                return norm;
            }

            /// <summary>Cuts each element of every gradient to [-clip_value, clip_value].</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var ungraphed = no_grad();
                using var scope = NewDisposeScope();
                foreach (var gradient in Gradients(tensors)) gradient.clamp_(-clip_value, clip_value);
            }

            /// <summary>All parameters as one vector, one after another.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat([.. tensors.Select(parameter => parameter.reshape(-1))]).MoveToOuterDisposeScope();
            }

            /// <summary>The reverse: each parameter takes the next elements of the vector.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                var parameters = tensors.ToList();
                var elements = parameters.Sum(parameter => parameter.numel());
                if (vec.dim() != 1 || vec.numel() != elements)
                {
                    throw new ArgumentException(
                        $"The parameters have {elements} elements together: give a vector of as many, not [{string.Join(", ", vec.shape)}].", nameof(vec));
                }

                using var ungraphed = no_grad();
                using var scope = NewDisposeScope();
                long start = 0;
                foreach (var parameter in parameters)
                {
                    parameter.copy_(vec.narrow(0, start, parameter.numel()).view_as(parameter));
                    start += parameter.numel();
                }
            }

            private static Tensor[] Gradients(IEnumerable<Parameter> parameters)
                => [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        }
    }
}
