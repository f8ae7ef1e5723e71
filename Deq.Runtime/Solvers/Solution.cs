using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>What a solve returns for a sample.</summary>
public enum Keep
{
    /// <summary>The iterate z_k whose residual is reported.</summary>
    Iterate,

    /// <summary>f(z_k), which the last evaluation gave for nothing.</summary>
    Image,
}

/// <summary>The result of a solve.</summary>
/// <param name="Value">B x ...: of every sample its first iterate that met the tolerance, else its best finite one (or its image).</param>
/// <param name="Statistics">What the solve did.</param>
public readonly record struct Solution(Tensor Value, SolveStatistics Statistics);
