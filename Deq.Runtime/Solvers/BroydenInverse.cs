using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// The inverse H ~ (J - I)^-1 that a Broyden solve has built, one per sample: -H = I + V^T M V, with the solve's steps as rows of V and
/// a small matrix M that multiplies out the product form. Applying it costs two passes over the steps and no transfer.
/// </summary>
/// <param name="Vectors">V, B x n x D.</param>
/// <param name="Transform">M, B x n x n.</param>
/// <param name="Widths">How many rows of V each sample uses; the others are another's.</param>
internal sealed record BroydenInverse(Tensor Vectors, Tensor Transform, int[] Widths)
{
    /// <summary>-H v.</summary>
    /// <param name="v">B x D.</param>
    public Tensor Times(Tensor v) => Apply(v, Transform.transpose(1, 2));

    /// <summary>-H^T v.</summary>
    /// <param name="v">B x D.</param>
    public Tensor TransposedTimes(Tensor v) => Apply(v, Transform);

    public BroydenInverse MoveToOuterDisposeScope() => new(Vectors.MoveToOuterDisposeScope(), Transform.MoveToOuterDisposeScope(), Widths);

    private Tensor Apply(Tensor v, Tensor small)
    {
        var rows = v.reshape(v.shape[0], Vectors.shape[2]);
        var parts = SampleRun.Of(Widths).Select(Part).ToArray();
        return (parts.Length == 1 ? parts[0] : cat(parts, 0)).reshape(v.shape);

        Tensor Part(SampleRun run)
        {
            var own = rows.narrow(0, run.First, run.Count);
            if (run.Width == 0) return own.clone();
            var vectors = Vectors.narrow(0, run.First, run.Count).narrow(1, 0, run.Width);
            var transform = small.narrow(0, run.First, run.Count).narrow(1, 0, run.Width).narrow(2, 0, run.Width);
            return RowProducts.Mix(bmm(RowProducts.Dots(own.unsqueeze(1), vectors), transform), vectors).add_(own);
        }
    }
}

/// <summary>A state whose method builds an inverse that is of use after the solve.</summary>
internal interface IKeepsInverse
{
    /// <summary>The inverse, every sample's as of its own end. Called once, after the last evaluation, instead of <see cref="SolverState.Next"/>.</summary>
    /// <param name="z">The last iterate, B x D.</param>
    /// <param name="image">f(z), B x D.</param>
    /// <param name="numbers">What was measured there.</param>
    BroydenInverse Inverse(Tensor z, Tensor image, Measurements numbers);
}
