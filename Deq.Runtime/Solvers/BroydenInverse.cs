using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// The inverse H ~ (J - I)^-1 that a Broyden solve has built, one per sample: -H = I + V^T M V, with the solve's steps as rows of V and
/// a small matrix M that multiplies out the product form. Applying it costs two passes over the steps and no transfer.
/// </summary>
/// <param name="Vectors">V, B x n x D.</param>
/// <param name="Transform">M, B x n x n.</param>
internal sealed record BroydenInverse(Tensor Vectors, Tensor Transform)
{
    /// <summary>-H v.</summary>
    /// <param name="v">B x D.</param>
    public Tensor Times(Tensor v) => Apply(v, Transform.transpose(1, 2));

    /// <summary>-H^T v.</summary>
    /// <param name="v">B x D.</param>
    public Tensor TransposedTimes(Tensor v) => Apply(v, Transform);

    public BroydenInverse MoveToOuterDisposeScope() => new(Vectors.MoveToOuterDisposeScope(), Transform.MoveToOuterDisposeScope());

    private Tensor Apply(Tensor v, Tensor small)
    {
        var rows = v.reshape(v.shape[0], 1, Vectors.shape[2]);
        return bmm(bmm(bmm(rows, Vectors.transpose(1, 2)), small), Vectors).add_(rows).reshape(v.shape);
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
