using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
            => new(inputSize, outputSize, hasBias, device, dtype);

        public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

        public static Embedding Embedding(
            long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2,
            bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            => new(
                Modules.Embedding.InitialTable(num_embeddings, embedding_dims, padding_idx, device, dtype), true, padding_idx, max_norm, norm_type,
                scale_grad_by_freq, sparse);

        public static Embedding Embedding_from_pretrained(
            Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2,
            bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
        {
            if (embeddings.dim() != 2)
                throw new ArgumentException($"The rows to embed are a matrix, not a tensor of {embeddings.dim()} dimensions.", nameof(embeddings));

            using var rows = embeddings.detach();
            var table = rows.to(dtype ?? rows.dtype, device ?? rows.device, copy: true);
            return new(table, !freeze, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
        }

        public static Identity Identity() => new();

        public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);
    }
}
