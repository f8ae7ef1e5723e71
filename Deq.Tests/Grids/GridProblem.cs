using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>A fixed-point problem of the grids, built in either type, with what independent mathematics says of it.</summary>
/// <param name="Name">Its row in the table.</param>
/// <param name="Build">The map z = f(z, x), z_0 and x, in the given type.</param>
/// <param name="Damping">At which plain damped iteration, the reference, converges; 0 where there is no fixed point.</param>
/// <param name="Amplification">||(I - J)^-1|| where it is known; null where it is small enough to be computed.</param>
internal sealed record GridProblem(string Name, Func<ScalarType, Instance> Build, double Damping = 1, double? Amplification = null)
{
    private static readonly Dictionary<string, (Tensor Root, double Amplification)> References = [];

    /// <summary>What a solver must report that does not arrive within the limit in float64 (in float32, at its looser tolerance, it may); one not named must arrive.</summary>
    public Dictionary<string, SolveOutcome[]> Forward { get; init; } = [];

    /// <summary>The same for the adjoint problem at the fixed point.</summary>
    public Dictionary<string, SolveOutcome[]> Adjoint { get; init; } = [];

    /// <summary>Whether every solver must arrive at the same fixed point.</summary>
    public bool HasOneRoot { get; init; } = true;

    public override string ToString() => Name;

    /// <summary>The fixed point by plain damped iteration in float64, and ||(I - J)^-1|| there: the most that a residual can grow to as an error.</summary>
    public (Tensor Root, double Amplification) Reference()
    {
        if (References.TryGetValue(Name, out var known)) return known;
        using var outside = NewDisposeScope();
        using var untaped = no_grad();
        var (f, start, x) = Build(ScalarType.Float64);
        var z = start;
        for (var k = 0; k < 20_000; k++)
        {
            using var step = NewDisposeScope();
            var residual = f(z, x) - z;
            var done = residual.norm().item<double>() <= 1e-15 * z.norm().item<double>();
            z = (z + residual * Damping).MoveToOuterDisposeScope();
            if (done) break;
        }
        Assert.InRange((f(z, x) - z).norm().item<double>() / z.norm().item<double>(), 0, 1e-13);
        using var taped = enable_grad();
        var amplification = Amplification ?? Inverse(f, z, x);
        return References[Name] = (z.detach().DetachFromDisposeScope(), amplification);
    }

    /// <summary>||(I - J)^-1|| at z.</summary>
    public static double Inverse(Func<Tensor, Tensor, Tensor> f, Tensor z, Tensor x)
    {
        var jacobian = Dense.Jacobian(s => f(s, x), z);
        return 1 / linalg.svdvals(eye(jacobian.shape[0], dtype: ScalarType.Float64) - jacobian).min().item<double>();
    }
}

/// <summary>f(z, x), z_0 and x of a problem.</summary>
internal readonly record struct Instance(Func<Tensor, Tensor, Tensor> F, Tensor Start, Tensor X);
