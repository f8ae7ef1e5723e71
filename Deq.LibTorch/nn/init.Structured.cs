namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class init
        {
            /// <summary>N(mean, std) cut to [a, b]: the inverse distribution function of a uniform sample.</summary>
            public static Tensor trunc_normal_(
                Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
            {
                var (low, high) = (NormalCdf((a - mean) / std), NormalCdf((b - mean) / std));
                return Ungraphed(tensor, () => tensor
                    .uniform_(2 * low - 1, 2 * high - 1, generator)
                    .erfinv_()
                    .mul_(std * Math.Sqrt(2))
                    .add_(mean)
                    .clamp_(a, b));
            }

            /// <summary>A matrix (the dimensions after the first taken together) with orthonormal rows or columns, times a gain.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException(
                        $"orthogonal_ is for tensors with two dimensions or more, not for [{string.Join(", ", shape)}].", nameof(tensor));
                }

                return Ungraphed(tensor, () =>
                {
                    var rows = shape[0];
                    var columns = tensor.numel() / rows;
                    var sample = empty(rows, columns, dtype: tensor.dtype, device: tensor.device).normal_();
                    var (q, r) = linalg.qr(rows < columns ? sample.t() : sample);
                    // Signs of R's diagonal: without them Q would not be distributed uniformly over the orthogonal matrices.
                    q = q * r.diag(0).sign();
                    tensor.view(rows, columns).copy_(rows < columns ? q.t() : q).mul_(gain);
                });
            }

            /// <summary>The identity matrix.</summary>
            public static Tensor eye_(Tensor tensor)
            {
                if (tensor.dim() != 2)
                    throw new ArgumentException($"eye_ is for matrices, not for tensors of {tensor.dim()} dimensions.", nameof(tensor));

                return Ungraphed(tensor, () => tensor.copy_(eye(tensor.shape[0], tensor.shape[1], dtype: tensor.dtype, device: tensor.device)));
            }

            /// <summary>The identity as a convolution: output channel i has input channel i at the kernel's centre.</summary>
            public static Tensor dirac_(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length is < 3 or > 5)
                    throw new ArgumentException($"dirac_ is for kernels of three to five dimensions, not of {shape.Length}.", nameof(tensor));

                return Ungraphed(tensor, () =>
                {
                    tensor.zero_();
                    for (long channel = 0; channel < Math.Min(shape[0], shape[1]); channel++)
                    {
                        var place = tensor.select(0, channel).select(0, channel);
                        for (var dimension = 2; dimension < shape.Length; dimension++) place = place.select(0, shape[dimension] / 2);
                        place.fill_(1);
                    }
                });
            }

            /// <summary>N(0, std) with the same part of each column set to zero.</summary>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01)
            {
                if (tensor.dim() != 2)
                    throw new ArgumentException($"sparse_ is for matrices, not for tensors of {tensor.dim()} dimensions.", nameof(tensor));

                return Ungraphed(tensor, () =>
                {
                    var rows = tensor.shape[0];
                    var zeros = (long)Math.Ceiling(sparsity * rows);
                    tensor.normal_(0, std);
                    for (long column = 0; column < tensor.shape[1]; column++)
                        tensor.select(1, column).index_fill_(0, randperm(rows, device: tensor.device).narrow(0, 0, zeros), 0);
                });
            }

            private static double NormalCdf(double x) => (1 + Erf(x / Math.Sqrt(2))) / 2;

            private static double Erf(double x)
            {
                using var value = torch.tensor(x, ScalarType.Float64);
                using var image = value.erf();
                return image.item<double>();
            }
        }
    }
}
