namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// softmax(Q K^T / sqrt(d) + M) V over the last two dimensions of ... x L x d. A boolean mask is true where a query may
            /// look; any other is added to the scores. (The last parameter's name is TorchSharp's spelling.)
            /// </summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (attn_mask is not null && is_casual)
                    throw new ArgumentException("A causal attention has its mask: give attn_mask or is_casual, not both.", nameof(attn_mask));

                // From single operators: libtorch 1.13 has no fused one.
                using var scope = NewDisposeScope();
                // Half of the scale on either side: the product then cannot overflow where its factors do not.
                var scale = Math.Pow(query.shape[^1], -0.25);
                var scores = (query * scale).matmul((key * scale).transpose(-2, -1));
                if (is_casual) attn_mask = ones(query.shape[^2], key.shape[^2], dtype: ScalarType.Bool, device: query.device).tril();
                if (attn_mask is not null)
                {
                    scores = attn_mask.dtype == ScalarType.Bool
                        ? scores.masked_fill(attn_mask.logical_not(), double.NegativeInfinity)
                        : scores + attn_mask;
                }

                var weights = dropout(softmax(scores, -1), p, p > 0);
                return weights.matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
